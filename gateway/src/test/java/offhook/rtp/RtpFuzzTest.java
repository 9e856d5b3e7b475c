package offhook.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HexFormat;
import java.util.List;
import offhook.codec.opus.OpusPacket;
import offhook.net.Mutants;
import offhook.rtp.RtpPacket.Validity;
import org.testng.annotations.Test;

/// A good stream with mutants of its packets in between: nothing throws, and the figures stay those
/// of a stream.
public class RtpFuzzTest {

    private static final long TICK = PlayoutBuffer.TICK_NANOS;
    private static final int EVENTS = 101;

    /// Opus of 20 ms with an audio level; with two sources and two-byte extensions; with padding; a
    /// digit; two digits; G.711.
    private static final List<byte[]> PACKETS =
            List.of(
                    hex("90 6f 0001 00000000 0badcafe bede 0001 10 55 00 00 08 4012345678"),
                    hex(
                            "92 6f 0002 000003c0 0badcafe 00000001 00000002 1000 0001 01 01 aa 00 78"
                                    + "11223344"),
                    hex("a0 6f 0003 00000780 0badcafe 0b 01 40 99 00 00 03"),
                    hex("80 e5 0004 00000b40 0badcafe 05 0a 00a0"),
                    hex("80 65 0005 00000b40 0badcafe 05 8a 0640 06 8a 0320"),
                    hex("80 08 0006 00000f00 0badcafe" + "d5".repeat(160)));

    private static byte[] hex(String bytes) {
        return HexFormat.of().parseHex(bytes.replace(" ", ""));
    }

    /// All that a leg does with a packet before it is decoded.
    private static final class Leg {
        final RtpPacket packet = new RtpPacket();
        final ReceiverStats stats = new ReceiverStats(48_000);
        final PlayoutBuffer buffer = new PlayoutBuffer(48_000);
        final InOrder order = new InOrder(48_000);
        final DtmfReceiver digits = new DtmfReceiver(48_000);
        long taken;
        long events;
        long sum;

        void take(byte[] bytes, long now) {
            if (packet.wrap(bytes, 0, bytes.length) != Validity.VALID) {
                return;
            }
            readAll(bytes);
            taken++;
            int at = packet.payloadOffset();
            stats.onPacket(packet, now);
            if (packet.payloadType() == EVENTS) {
                digits.onPacket(packet, now);
                while (digits.next()) {
                    assertThat(digits.event()).isBetween(0, 15);
                    assertThat(digits.durationMillis()).isNotNegative();
                    events++;
                }
                return;
            }
            int units = OpusPacket.durationUnits(bytes, at, packet.payloadLength());
            boolean redundant = OpusPacket.carriesRedundancy(bytes, at, packet.payloadLength());
            if (units > 0) {
                buffer.insert(packet, units, packet.audioLevel(1) > 60, redundant, now);
                if (order.offer(packet, units, now) == InOrder.Passage.FORWARD) {
                    assertThat(order.missing()).isBetween(0, 50);
                    assertThat(order.timestampStep()).isNotNegative();
                }
            }
        }

        private void readAll(byte[] bytes) {
            int end = packet.payloadOffset() + packet.payloadLength();
            if (packet.payloadLength() < 0 || end > bytes.length) {
                throw new AssertionError("payload ends at " + end + " of " + bytes.length);
            }
            sum += packet.timestamp() + packet.sequence() + packet.ssrc();
            sum += packet.marker() ? 1 : 0;
            for (int id = 1; id < 15; id++) {
                int found = packet.findExtension(id);
                if (found != RtpPacket.ABSENT
                        && found + packet.extensionLength(found) > packet.payloadOffset()) {
                    throw new AssertionError("extension " + id + " reaches into the payload");
                }
            }
            for (int i = packet.payloadOffset(); i < end; i++) {
                sum += bytes[i];
            }
        }

        void tick(long now) {
            while (buffer.nextTickNanos() <= now) {
                buffer.poll(now);
            }
            digits.onTick(now);
            while (digits.next()) {
                events++;
            }
        }

        void assertSane(long good) {
            assertThat(stats.received()).isBetween(good * 9 / 10, taken);
            assertThat(stats.lost()).isBetween(0L, good / 10);
            assertThat(stats.expected()).isGreaterThanOrEqualTo(stats.received());
            assertThat(stats.jitterMillis()).isBetween(0.0, 1000.0);
            assertThat(buffer.targetNanos()).isBetween(2_000_000L, 120_000_000L);
            assertThat(buffer.lateness95Nanos()).isBetween(0L, 500_000_000L);
            assertThat(buffer.depthNanos()).isBetween(0L, 4_000_000_000L);
            assertThat(buffer.delayNanos()).isBetween(0L, 1_000_000_000L);
            assertThat(buffer.lost()).isBetween(0L, good);
            assertThat(buffer.late()).isBetween(0L, taken);
            assertThat(buffer.dropped()).isBetween(0L, taken);
            assertThat(buffer.concealedMillis()).isBetween(0L, 40 * good);
        }
    }

    private static byte[] numbered(byte[] packet, int number) {
        Wire.put16(packet, 2, number);
        Wire.put32(packet, 4, number * 960);
        return packet;
    }

    @Test
    public void mutantsThrowNothingAndSpoilNoFigure() {
        long seed = 3550;
        System.out.println("RtpFuzzTest seed " + seed);
        Mutants mutants = new Mutants(seed, PACKETS);
        Leg leg = new Leg();
        byte[] good = PACKETS.getFirst().clone();
        leg.buffer.start(0);
        int packets = Mutants.COUNT / 4;
        for (int i = 0; i < packets; i++) {
            long now = i * TICK;
            leg.tick(now);
            leg.take(numbered(good, i), now);
            for (int m = 0; m < 4; m++) {
                // Of the packets around the one just played.
                leg.take(mutants.of(numbered(mutants.original(), i + m - 1)), now + 1_000_000);
            }
            if (i % 1000 == 999) {
                leg.assertSane(i);
            }
        }
        leg.assertSane(packets);
        assertThat(leg.taken).isGreaterThan(packets * 3L);
        assertThat(leg.events).isPositive();
        // The stream goes on unheard of what is thrown at it, but for what mutants took the place
        // of.
        assertThat(leg.buffer.played()).isGreaterThan(packets * 8L / 10);
    }
}
