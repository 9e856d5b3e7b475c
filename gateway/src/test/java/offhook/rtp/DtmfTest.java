package offhook.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.stream.IntStream;
import offhook.net.PacketBuffer;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class DtmfTest {

    private static final long TICK = 20_000_000L;

    private record Digit(int event, int durationMillis) {}

    /// A receiver at the end of a line, with what it has heard.
    private static final class Line {
        final DtmfReceiver receiver = new DtmfReceiver(8000);
        final List<Digit> digits = new ArrayList<>();
        private final RtpPacket packet = new RtpPacket();
        private final byte[] wire = new byte[40];
        long now;

        Line block(int event, boolean end, int duration, long timestamp, boolean marker) {
            RtpPacket.writeHeader(wire, 0, 101, marker, 1, timestamp, 1);
            wire[12] = (byte) event;
            wire[13] = (byte) (end ? 0x8a : 0x0a);
            Wire.put16(wire, 14, duration);
            packet.wrap(wire, 0, 16);
            return hear();
        }

        Line hear() {
            receiver.onPacket(packet, now);
            return drain();
        }

        Line later(long millis) {
            now += millis * 1_000_000L;
            receiver.onTick(now);
            return drain();
        }

        private Line drain() {
            while (receiver.next()) {
                digits.add(new Digit(receiver.event(), receiver.durationMillis()));
            }
            return this;
        }
    }

    @DataProvider
    Object[][] durations() {
        return new Object[][] {{40}, {80}, {250}};
    }

    @Test(dataProvider = "durations")
    public void everyKeyIsHeardOnceWithItsDuration(int millis) {
        DtmfSender sender = new DtmfSender(101, 160);
        RtpSender rtp = new RtpSender(1, 8000, 65_530, -5000);
        Line line = new Line();
        PacketBuffer packet = new PacketBuffer();
        for (int key = 0; key < 16; key++) {
            sender.offer(key, millis);
            sender.offer(key, millis);
        }

        for (int tick = 0; tick < 3000 && sender.isActive(); tick++) {
            line.now = tick * TICK;
            if (sender.step(packet, rtp, 160, line.now)) {
                line.packet.wrap(packet);
                line.hear();
            }
        }

        int heard = (millis + 19) / 20 * 20;
        assertThat(line.digits)
                .isEqualTo(IntStream.range(0, 32).mapToObj(i -> new Digit(i / 2, heard)).toList());
    }

    @Test
    public void anEventIsOneTimestampAGrowingDurationAndThreeEnds() {
        DtmfSender sender = new DtmfSender(101, 160);
        RtpSender rtp = new RtpSender(1, 8000, 10, 1000);
        PacketBuffer packet = new PacketBuffer();
        RtpPacket read = new RtpPacket();
        rtp.begin(packet, 8, false, 160, 0);
        rtp.end(packet, 160);
        sender.offer(11, 60);

        int[] durations = {160, 320, 480, 480, 480};
        for (int i = 0; i < durations.length; i++) {
            assertThat(sender.step(packet, rtp, 160, i * TICK)).isTrue();
            read.wrap(packet);
            assertThat(read.payloadType()).isEqualTo(101);
            assertThat(read.marker()).isEqualTo(i == 0);
            assertThat(read.timestamp()).isEqualTo(1160);
            assertThat(read.sequence()).isEqualTo(11 + i);
            assertThat(read.payloadLength()).isEqualTo(4);
            byte[] b = read.bytes();
            assertThat(b[read.payloadOffset()]).isEqualTo((byte) 11);
            assertThat((b[read.payloadOffset() + 1] & 0x80) != 0).isEqualTo(i >= 2);
            assertThat(Wire.u16(b, read.payloadOffset() + 2)).isEqualTo(durations[i]);
        }
        assertThat(sender.step(packet, rtp, 160, 0)).isFalse();

        rtp.begin(packet, 8, false, 160, 0);
        read.wrap(packet);
        assertThat(read.timestamp()).isEqualTo(1160 + 5 * 160);
    }

    @Test
    public void theMarkerMeansNothing() {
        Line line = new Line();
        line.block(5, false, 160, 1000, false).block(5, false, 320, 1000, true);
        line.block(5, true, 480, 1000, true);

        assertThat(line.digits).containsExactly(new Digit(5, 60));
    }

    @Test
    public void lostEndPacketsEndByTimeOrByTheNextDigit() {
        Line line = new Line();
        line.block(5, false, 160, 1000, true).block(5, false, 320, 1000, false).later(100);
        assertThat(line.digits).isEmpty();

        line.later(30);
        assertThat(line.digits).containsExactly(new Digit(5, 40));
        // The end comes late after all.
        line.block(5, true, 480, 1000, false).later(200);

        line.block(6, false, 160, 3000, true).later(60);
        line.block(6, false, 160, 4000, true).block(6, true, 320, 4000, false);
        assertThat(line.digits)
                .containsExactly(new Digit(5, 40), new Digit(6, 20), new Digit(6, 40));
    }

    @Test
    public void copiesAndStragglersOfAnEndedEventAreSilent() {
        Line line = new Line();
        for (int i = 0; i < 5; i++) {
            line.block(1, true, 800, 1000, false);
        }
        line.block(1, false, 320, 1000, false).later(500);
        line.block(2, true, 800, 2000, false).block(1, true, 800, 1000, false).later(500);

        assertThat(line.digits).containsExactly(new Digit(1, 100), new Digit(2, 100));
    }

    @Test
    public void anEventLongerThanTheFieldIsOneDigit() {
        Line line = new Line();
        line.block(9, false, 0xffff, 0, true);
        line.block(9, false, 800, 0xffff, false).block(9, true, 1600, 0xffff, false);

        assertThat(line.digits).containsExactly(new Digit(9, (0xffff + 1600) / 8));
    }

    @Test
    public void eventsThatAreNoDigitsAreIgnored() {
        Line line = new Line();
        for (int event = 16; event < 256; event++) {
            line.block(event, true, 800, event * 1000L, true);
        }

        assertThat(line.later(1000).digits).isEmpty();
    }

    @Test
    public void severalEventsOfOnePacketAreSeveralDigits() {
        Line line = new Line();
        RtpPacket.writeHeader(line.wire, 0, 101, true, 1, 1000, 1);
        for (int i = 0; i < 3; i++) {
            line.wire[12 + 4 * i] = (byte) (i + 1);
            line.wire[13 + 4 * i] = (byte) 0x8a;
            Wire.put16(line.wire, 14 + 4 * i, 400);
        }
        line.packet.wrap(line.wire, 0, 24);
        line.hear().hear();

        assertThat(line.digits)
                .containsExactly(new Digit(1, 50), new Digit(2, 50), new Digit(3, 50));
    }

    @Test
    public void aFloodPassesTwentyDigitsASecond() {
        Line line = new Line();
        for (int i = 0; i < 5000; i++) {
            line.block(i % 10, true, 160, i * 200L, true).later(1);
        }

        assertThat(line.digits).hasSize(100);
        assertThat(line.receiver.flooded()).isEqualTo(4900);
    }

    @Test
    public void aThousandDigitsSurviveFivePercentLossInOrder() {
        DtmfSender sender = new DtmfSender(101, 160);
        RtpSender rtp = new RtpSender(1, 8000, 1, 1);
        PacketBuffer packet = new PacketBuffer();
        Line line = new Line();
        Random random = new Random(4733);
        List<Digit> pressed = new ArrayList<>();
        for (long tick = 0; pressed.size() < 1000 || sender.isActive(); tick++) {
            if (!sender.isActive() && pressed.size() < 1000) {
                Digit digit = new Digit(random.nextInt(16), 100);
                pressed.add(digit);
                sender.offer(digit.event(), 100);
            }
            line.later(20);
            if (sender.step(packet, rtp, 160, line.now) && random.nextInt(20) != 0) {
                line.packet.wrap(packet);
                line.hear();
            }
        }
        line.later(200);

        assertThat(line.digits.stream().map(Digit::event).toList())
                .isEqualTo(pressed.stream().map(Digit::event).toList());
    }

    @Test
    public void randomBytesThrowNothingAndPassNoMoreThanTheLimit() {
        long seed = 2833;
        System.out.println("DtmfTest seed " + seed);
        Random random = new Random(seed);
        Line line = new Line();
        for (int i = 0; i < 1_000_000; i++) {
            random.nextBytes(line.wire);
            line.wire[0] = (byte) 0x80;
            int length = 12 + random.nextInt(28);
            assertThat(line.packet.wrap(line.wire, 0, length)).isEqualTo(RtpPacket.Validity.VALID);
            line.hear().later(1);
        }

        assertThat(line.digits.size()).isLessThanOrEqualTo(20_020);
        assertThat(line.digits).allMatch(d -> d.event() <= 15 && d.durationMillis() >= 0);
    }
}
