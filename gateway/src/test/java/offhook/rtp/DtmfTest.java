package offhook.rtp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
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
        final DtmfReceiver receiver;
        final List<Digit> digits = new ArrayList<>();
        private final RtpPacket packet = new RtpPacket();
        private final byte[] wire = new byte[40];
        int ssrc = 1;
        long now;

        Line() {
            this(8000);
        }

        Line(int clockHz) {
            receiver = new DtmfReceiver(clockHz);
        }

        Line block(int event, boolean end, int duration, long timestamp, boolean marker) {
            RtpPacket.writeHeader(wire, 0, 101, marker, 1, timestamp, ssrc);
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
        return new Object[][] {
            {40, 8000}, {80, 8000}, {250, 8000}, {40, 48_000}, {80, 48_000}, {250, 48_000}
        };
    }

    @Test(dataProvider = "durations")
    public void everyKeyIsHeardOnceWithItsDuration(int millis, int clockHz) {
        DtmfSender sender = new DtmfSender(101, clockHz / 50);
        RtpSender rtp = new RtpSender(1, clockHz, 65_530, -5000);
        Line line = new Line(clockHz);
        PacketBuffer packet = new PacketBuffer();
        for (int key = 0; key < 16; key++) {
            sender.offer(key, millis);
            sender.offer(key, millis);
        }

        for (int tick = 0; tick < 3000 && sender.isActive(); tick++) {
            line.now = tick * TICK;
            if (sender.step(packet, rtp, clockHz / 50, line.now)) {
                line.packet.wrap(packet);
                line.hear();
            }
        }

        int heard = (millis + 19) / 20 * 20;
        assertThat(line.digits)
                .isEqualTo(IntStream.range(0, 32).mapToObj(i -> new Digit(i / 2, heard)).toList());
    }

    @DataProvider
    Object[][] clocks() {
        return new Object[][] {{8000}, {48_000}};
    }

    @Test(dataProvider = "clocks")
    public void anEventIsOneTimestampAGrowingDurationAndThreeEnds(int clockHz) {
        int tick = clockHz / 50;
        DtmfSender sender = new DtmfSender(101, tick);
        RtpSender rtp = new RtpSender(1, clockHz, 10, 1000);
        PacketBuffer packet = new PacketBuffer();
        RtpPacket read = new RtpPacket();
        rtp.begin(packet, 8, false, tick, 0);
        rtp.end(packet, 160);
        sender.offer(11, 60);

        int[] durations = {tick, 2 * tick, 3 * tick, 3 * tick, 3 * tick};
        for (int i = 0; i < durations.length; i++) {
            assertThat(sender.step(packet, rtp, tick, i * TICK)).isTrue();
            read.wrap(packet);
            assertThat(read.payloadType()).isEqualTo(101);
            assertThat(read.marker()).isEqualTo(i == 0);
            assertThat(read.timestamp()).isEqualTo(1000 + tick);
            assertThat(read.sequence()).isEqualTo(11 + i);
            assertThat(read.payloadLength()).isEqualTo(4);
            byte[] b = read.bytes();
            assertThat(b[read.payloadOffset()]).isEqualTo((byte) 11);
            assertThat((b[read.payloadOffset() + 1] & 0x80) != 0).isEqualTo(i >= 2);
            assertThat(Wire.u16(b, read.payloadOffset() + 2)).isEqualTo(durations[i]);
        }
        assertThat(sender.step(packet, rtp, tick, 0)).isFalse();

        rtp.begin(packet, 8, false, tick, 0);
        read.wrap(packet);
        assertThat(read.timestamp()).isEqualTo(1000 + 6 * tick);
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

    /// RFC 4733 §2.5.1.3, written and read: 9.5 s are two segments at 8 kHz, seven at 48 kHz.
    @Test(dataProvider = "clocks")
    public void aKeyHeldForLongIsSegmentsOfOneDigit(int clockHz) {
        int tick = clockHz / 50;
        DtmfSender sender = new DtmfSender(101, tick);
        RtpSender rtp = new RtpSender(1, clockHz, 10, -3000);
        PacketBuffer packet = new PacketBuffer();
        RtpPacket read = new RtpPacket();
        Line line = new Line(clockHz);
        sender.offer(9, 9500);

        List<Long> starts = new ArrayList<>();
        List<Integer> fullest = new ArrayList<>();
        int markers = 0;
        int ends = 0;
        for (int i = 0; sender.isActive(); i++) {
            line.now = i * TICK;
            sender.step(packet, rtp, tick, line.now);
            read.wrap(packet);
            int duration = Wire.u16(read.bytes(), read.payloadOffset() + 2);
            if (starts.isEmpty() || starts.getLast() != read.timestamp()) {
                starts.add(read.timestamp());
                fullest.add(duration);
            }
            fullest.set(fullest.size() - 1, duration);
            markers += read.marker() ? 1 : 0;
            ends += (read.bytes()[read.payloadOffset() + 1] & 0x80) != 0 ? 1 : 0;
            line.packet.wrap(packet);
            line.hear();
        }
        rtp.begin(packet, 8, false, tick, 0);
        read.wrap(packet);

        assertThat(line.digits).containsExactly(new Digit(9, 9500));
        assertThat(starts).hasSize(clockHz == 8000 ? 2 : 7);
        for (int i = 1; i < starts.size(); i++) {
            assertThat(starts.get(i) - starts.get(i - 1) & 0xffff_ffffL).isEqualTo(0xffff);
            assertThat(fullest.get(i - 1)).isEqualTo(0xffff);
        }
        assertThat(markers).isOne();
        assertThat(ends).isEqualTo(3);
        // Audio goes on where it would be, whatever the event's packets said.
        assertThat(read.timestamp() - starts.getFirst() & 0xffff_ffffL).isEqualTo(477L * tick);
    }

    @Test
    public void nobodyHoldsAKeyForEver() {
        DtmfSender sender = new DtmfSender(101, 160);
        RtpSender rtp = new RtpSender(1, 8000, 1, 1);
        PacketBuffer packet = new PacketBuffer();
        sender.offer(1, Integer.MAX_VALUE);

        int packets = 0;
        while (sender.step(packet, rtp, 160, 0)) {
            packets++;
        }

        assertThat(packets).isEqualTo(500 + 2);
    }

    @Test
    public void payloadTypeChangesWithinADigit() {
        DtmfSender sender = new DtmfSender(101, 160);
        RtpSender rtp = new RtpSender(1, 8000, 1, 1);
        PacketBuffer packet = new PacketBuffer();
        Line line = new Line();
        List<Integer> payloadTypes = new ArrayList<>();
        sender.offer(7, 100);
        sender.offer(8, 40);

        for (int i = 0; sender.isActive(); i++) {
            if (i == 2) {
                sender.retarget(98, 160);
            }
            line.later(20);
            if (sender.step(packet, rtp, 160, line.now)) {
                line.packet.wrap(packet);
                payloadTypes.add(line.packet.payloadType());
                line.hear();
            }
        }

        assertThat(payloadTypes.subList(0, 2)).containsOnly(101);
        assertThat(payloadTypes.subList(2, payloadTypes.size())).containsOnly(98);
        assertThat(line.digits).containsExactly(new Digit(7, 100), new Digit(8, 40));
    }

    @DataProvider
    Object[][] clockChanges() {
        return new Object[][] {{8000, 48_000}, {48_000, 8000}};
    }

    /// The codec changes while a key is held.
    @Test(dataProvider = "clockChanges")
    public void clockChangesWithinALongDigit(int before, int after) {
        DtmfSender sender = new DtmfSender(101, before / 50);
        RtpSender rtp = new RtpSender(1, 8000, 1, 1);
        PacketBuffer packet = new PacketBuffer();
        RtpPacket read = new RtpPacket();
        sender.offer(7, 10_000);

        int ends = 0;
        for (int i = 0; sender.isActive() && i < 1000; i++) {
            if (i == 450) {
                sender.retarget(98, after / 50);
            }
            sender.step(packet, rtp, 160, 0);
            read.wrap(packet);
            ends += (read.bytes()[read.payloadOffset() + 1] & 0x80) != 0 ? 1 : 0;
        }

        assertThat(ends).isEqualTo(3);
    }

    /// Against RFC 4733 §2.5.1.3, some let the field begin again at 0.
    @Test
    public void aDurationThatWrapsIsOneDigit() {
        Line line = new Line();
        for (int units = 160; units < 0x1_4000; units += 160) {
            line.block(3, false, units & 0xffff, 5000, false).later(20);
            if (units % 1600 == 0) {
                line.block(3, false, units - 320 & 0xffff, 5000, false);
            }
        }
        line.block(3, true, 0x4000, 5000, false).later(500);

        assertThat(line.digits).containsExactly(new Digit(3, 0x1_4000 / 8));
    }

    /// The gap is longer than what is taken for lost end packets.
    @Test
    public void aLongKeyThatIsInterruptedIsNotPressedAgain() {
        Line line = new Line();
        line.block(9, false, 60_000, 0, true).later(300);
        line.block(9, false, 64_000, 0, false).block(9, false, 800, 0xffff, false).later(20);
        line.block(9, false, 0xffff, 0xffff, false).later(20);
        line.block(9, false, 800, 2 * 0xffff, false).block(9, true, 960, 2 * 0xffff, false);

        assertThat(line.later(500).digits).containsExactly(new Digit(9, 60_000 / 8));
    }

    @Test
    public void aKeyHeldWhileTheSourceChangesIsOneDigit() {
        Line line = new Line();
        line.block(4, false, 160, 1000, true).block(4, false, 320, 1000, false).later(20);
        line.ssrc = 2;
        line.block(4, false, 480, 700_000, true).later(20);
        line.block(4, true, 640, 700_000, false).block(4, true, 640, 700_000, false).later(500);

        line.block(5, false, 160, 900_000, true).later(20);
        line.ssrc = 3;
        line.block(5, false, 160, 40, true).later(20).block(5, true, 320, 40, true).later(500);

        assertThat(line.digits).containsExactly(new Digit(4, 80), new Digit(5, 60));
    }

    /// The codec changes, and the clock with it.
    @Test
    public void aKeyHeldWhileTheClockChangesIsOneDigit() {
        Line line = new Line();
        line.block(4, false, 800, 1000, true).later(20);
        line.receiver.clockRate(48_000);
        line.block(4, false, 960, 50_000, false).later(20);
        line.block(4, true, 2400, 50_000, false).later(500);
        line.block(5, true, 4800, 90_000, true);

        assertThat(line.digits).containsExactly(new Digit(4, 150), new Digit(5, 100));
    }

    /// The source changes between the three end packets.
    @Test
    public void anEndThatAnotherSourceRepeatsIsNoDigit() {
        Line line = new Line();
        line.block(4, false, 160, 1000, true).block(4, true, 320, 1000, false).later(20);
        line.ssrc = 2;
        line.block(4, true, 320, 700_000, false).later(20);
        line.block(4, true, 320, 700_000, false).later(100);
        assertThat(line.digits).containsExactly(new Digit(4, 40));

        line.block(4, true, 320, 710_000, true).later(200);
        line.ssrc = 3;
        line.block(4, true, 320, 10, true).later(20);
        assertThat(line.digits)
                .containsExactly(new Digit(4, 40), new Digit(4, 40), new Digit(4, 40));
    }

    @Test
    public void anotherKeyOfAnotherSourceIsAnotherDigit() {
        Line line = new Line();
        line.block(1, false, 160, 1000, true).later(20);
        line.ssrc = 0;
        line.block(2, false, 160, 900, true).later(20);
        line.ssrc = 1;
        line.block(3, true, 320, 1, true).later(500);

        assertThat(line.digits)
                .containsExactly(new Digit(1, 20), new Digit(2, 20), new Digit(3, 40));
    }

    @Test
    public void anEventWhosePacketsComeInAnyOrderIsOneDigit() {
        List<int[]> packets = new ArrayList<>();
        for (int i = 1; i <= 5; i++) {
            packets.add(new int[] {160 * i, 0});
        }
        for (int i = 0; i < 3; i++) {
            packets.add(new int[] {960, 1});
        }
        Random random = new Random(7);
        for (int round = 0; round < 500; round++) {
            Line line = new Line();
            Collections.shuffle(packets, random);
            for (int[] packet : packets) {
                line.block(6, packet[1] == 1, packet[0], 1000, false).later(5);
            }

            assertThat(line.later(500).digits).hasSize(1).allMatch(d -> d.event() == 6);
        }
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

    @Test(dataProvider = "clocks")
    public void aThousandDigitsSurviveFivePercentLossInOrder(int clockHz) {
        DtmfSender sender = new DtmfSender(101, clockHz / 50);
        RtpSender rtp = new RtpSender(1, clockHz, 1, 1);
        PacketBuffer packet = new PacketBuffer();
        Line line = new Line(clockHz);
        Random random = new Random(4733);
        List<Digit> pressed = new ArrayList<>();
        for (long tick = 0; pressed.size() < 1000 || sender.isActive(); tick++) {
            if (!sender.isActive() && pressed.size() < 1000) {
                Digit digit = new Digit(random.nextInt(16), 100);
                pressed.add(digit);
                sender.offer(digit.event(), 100);
            }
            line.later(20);
            if (sender.step(packet, rtp, clockHz / 50, line.now) && random.nextInt(20) != 0) {
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
