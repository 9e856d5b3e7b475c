package offhook.media;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import offhook.call.CallId;
import offhook.call.LegId;
import offhook.net.PacketBuffer;
import offhook.trace.HeaderTape;
import org.testng.annotations.Test;

/// What is kept of packets' headers.
public class HeaderRingTest {

    private static final Instant BEGAN = Instant.parse("2026-01-02T03:04:05Z");
    private static final InetSocketAddress HERE = new InetSocketAddress("192.0.2.1", 10_000);
    private static final InetSocketAddress PEER = new InetSocketAddress("198.51.100.7", 4_000);

    private static PacketBuffer rtp(int sequence, int payloadBytes) {
        byte[] packet =
                ByteBuffer.allocate(12 + payloadBytes)
                        .putShort((short) 0x8008)
                        .putShort((short) sequence)
                        .putInt(sequence * 160)
                        .putInt(0x01020304)
                        .array();
        return new PacketBuffer().clear().append(packet, 0, packet.length);
    }

    private static int sequence(HeaderTape.Packet packet) {
        return ByteBuffer.wrap(packet.bytes()).getShort(2) & 0xffff;
    }

    @Test
    public void headersAreKeptAndPayloadsAreNot() {
        HeaderRing ring = new HeaderRing(BEGAN, 1_000);
        PacketBuffer packet = rtp(7, 160);
        packet.bytes()[packet.end() - 1] = 42;

        ring.rtp(false, packet, HERE, PEER, 1_000 + 2_000_000_000L);
        ring.rtp(true, rtp(8, 160), HERE, PEER, 1_000 + 3_000_000_000L);

        HeaderTape tape = ring.tape();
        assertThat(tape.leftOut()).isZero();
        assertThat(tape.packets()).hasSize(2);
        HeaderTape.Packet first = tape.packets().getFirst();
        assertThat(first.at()).isEqualTo(BEGAN.plusSeconds(2));
        assertThat(first.from()).isEqualTo(PEER);
        assertThat(first.to()).isEqualTo(HERE);
        assertThat(first.wholeBytes()).isEqualTo(172);
        assertThat(first.bytes()).hasSize(12);
        assertThat(sequence(first)).isEqualTo(7);
        assertThat(tape.packets().get(1).from()).isEqualTo(HERE);
    }

    @Test
    public void sourcesAndExtensionsBelongToTheHeader() {
        byte[] packet =
                ByteBuffer.allocate(12 + 4 + 8 + 20)
                        .put((byte) 0x91)
                        .putShort(14, (short) 0)
                        .position(16)
                        .putShort((short) 0xbede)
                        .putShort((short) 1)
                        .array();
        HeaderRing ring = new HeaderRing(BEGAN, 0);

        ring.rtp(false, new PacketBuffer().clear().append(packet, 0, 44), HERE, PEER, 0);

        assertThat(ring.tape().packets().getFirst().bytes()).hasSize(24);
    }

    @Test
    public void whatClaimsToBeLongerThanItIsIsKeptAsFarAsItGoes() {
        byte[] packet = {(byte) 0x9f, 8, 0, 1, 0, 0, 0, 1, 0, 0, 0, 1, 0, 0};
        HeaderRing ring = new HeaderRing(BEGAN, 0);

        ring.rtp(false, new PacketBuffer().clear().append(packet, 0, 14), HERE, PEER, 0);
        ring.rtp(false, new PacketBuffer().clear().append(packet, 0, 3), HERE, PEER, 0);

        assertThat(ring.tape().packets().get(0).bytes()).hasSize(14);
        assertThat(ring.tape().packets().get(1).bytes()).hasSize(3);
    }

    @Test
    public void theOldestGoWhenItIsFull() {
        HeaderRing ring = new HeaderRing(BEGAN, 0);
        int packets = 50_000;

        for (int i = 0; i < packets; i++) {
            ring.rtp(false, rtp(i, 160), HERE, PEER, i);
        }

        HeaderTape tape = ring.tape();
        assertThat(tape.packets()).hasSize(HeaderRing.BYTES / 27);
        assertThat(tape.leftOut()).isEqualTo(packets - tape.packets().size());
        for (int i = 0; i < tape.packets().size(); i++) {
            assertThat(sequence(tape.packets().get(i)))
                    .isEqualTo((int) (tape.leftOut() + i) & 0xffff);
        }
        assertThat(ring.copy().tape().packets()).hasSameSizeAs(tape.packets());
    }

    @Test
    public void manyAddressesShareTheLastPlaceAndHarmNothing() {
        HeaderRing ring = new HeaderRing(BEGAN, 0);

        for (int i = 1; i <= 200; i++) {
            ring.rtp(false, rtp(i, 160), HERE, new InetSocketAddress("198.51.100.7", i), i);
        }

        assertThat(ring.tape().packets()).hasSize(200);
        assertThat(ring.tape().packets().getFirst().from().getPort()).isEqualTo(1);
    }

    @Test
    public void keepingMakesNoGarbage() {
        LegTape tape = new LegTape(new LegId(CallId.next(), 0), new MediaWatchers());
        tape.keepIn(new HeaderRing(BEGAN, 0));
        PacketBuffer packet = rtp(1, 160);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;

        for (int round = 0; round < 8; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 20_000; i++) {
                tape.rtp((i & 1) == 0, packet, HERE, PEER, i);
                if (i % 100 == 0) {
                    tape.rtcp(true, packet, HERE, PEER, i);
                }
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }

        assertThat(least).isZero();
    }
}
