package offhook.media;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import java.util.function.IntToDoubleFunction;
import java.util.function.IntToLongFunction;
import offhook.codec.AudioCodec;
import offhook.codec.Decoder;
import offhook.codec.dsp.Level;
import offhook.codec.g711.G711Decoder;
import offhook.codec.opus.OpusEncoder;
import offhook.codec.opus.OpusSettings;
import offhook.rtp.RtpPacket;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class ContinuityTest {

    private static final long MILLI = 1_000_000L;
    private static final int RATE = 8000;
    private static final int FRAME = 160;
    private static final int PACKETS = 300;

    /// A step or a bend that a listener could take for a click is greater than so many times those
    /// of the sound itself; A-law and Opus, too, make theirs.
    private static final double CLICK = 1.4;

    @DataProvider
    Object[][] sounds() {
        return new Object[][] {
            {"tone", (IntToDoubleFunction) i -> 8000 * Math.sin(2 * Math.PI * 1004 * i / RATE)},
            {"low tone", (IntToDoubleFunction) i -> 8000 * Math.sin(2 * Math.PI * 307 * i / RATE)},
            {"voice", (IntToDoubleFunction) i -> voice(i, 118)},
            {"gliding voice", (IntToDoubleFunction) i -> voice(i, 130 - i / 1600.0)}
        };
    }

    private static double voice(int i, double pitchHz) {
        double phase = 2 * Math.PI * pitchHz * i / RATE;
        return 4000 * Math.sin(phase) + 3000 * Math.sin(2 * phase + 1) + 2000 * Math.sin(5 * phase);
    }

    @Test(dataProvider = "sounds")
    public void loudSoundPassesAShrinkWithoutAClick(String what, IntToDoubleFunction sound) {
        short[] clean = heardByTheTrunk(sound, i -> 0);
        // The first second comes in bunches of five, which the buffer waits for, and then no more.
        short[] shrunk = heardByTheTrunk(sound, i -> i < 50 ? (4 - i % 5) * 20 * MILLI : 0);

        int from = RATE / 2;
        int to = Math.min(clean.length, shrunk.length) - RATE;
        double step = (double) steepest(shrunk, from, to) / steepest(clean, from, to);
        double bend = (double) sharpest(shrunk, from, to) / sharpest(clean, from, to);
        System.out.printf("shrink by 80 ms, %s: step %.2f, bend %.2f%n", what, step, bend);

        assertThat(step).isLessThan(CLICK);
        assertThat(bend).isLessThan(CLICK);
        for (int at = from; at + FRAME <= to; at += FRAME) {
            assertThat(Level.rmsDbov(shrunk, at, FRAME))
                    .isCloseTo(Level.rmsDbov(clean, from, to - from), within(3.0));
        }
    }

    /// What a browser's microphone sounds like on the trunk when packet i comes so much later.
    private static short[] heardByTheTrunk(IntToDoubleFunction sound, IntToLongFunction lateness) {
        RecordingLeg browser = new RecordingLeg(AudioCodec.OPUS, false);
        RecordingLeg trunk = new RecordingLeg(AudioCodec.PCMA, true);
        OpusSettings settings = OpusSettings.NARROWBAND;
        ClockedPath path = new ClockedPath(browser, trunk, new Transcoder(settings), 0);
        try (OpusEncoder microphone = new OpusEncoder(settings)) {
            byte[][] packets = new byte[PACKETS][];
            long[] arrivals = new long[PACKETS];
            for (int i = 0; i < PACKETS; i++) {
                packets[i] = packet(microphone, sound, i);
                arrivals[i] = (i + 1) * 20 * MILLI + lateness.applyAsLong(i);
            }
            RtpPacket packet = new RtpPacket();
            int next = 0;
            for (long now = 0; now < PACKETS * 20 * MILLI; now += MILLI / 4) {
                while (next < PACKETS && arrivals[next] <= now) {
                    packet.wrap(packets[next], 0, packets[next].length);
                    path.onPacket(packet, AudioCodec.OPUS, now);
                    next++;
                }
                if (path.dueNanos() <= now) {
                    path.onDue(now);
                }
            }
        }
        path.close();
        return decoded(trunk);
    }

    private static byte[] packet(OpusEncoder microphone, IntToDoubleFunction sound, int index) {
        short[] pcm = new short[FRAME];
        for (int i = 0; i < FRAME; i++) {
            pcm[i] = (short) sound.applyAsDouble(index * FRAME + i);
        }
        byte[] bytes = new byte[RtpPacket.HEADER_BYTES + Decoder.MAX_PAYLOAD_BYTES];
        RtpPacket.writeHeader(bytes, 0, 111, false, index, index * 960L, 5);
        int length = microphone.encode(pcm, 0, FRAME, bytes, RtpPacket.HEADER_BYTES);
        return Arrays.copyOf(bytes, RtpPacket.HEADER_BYTES + length);
    }

    private static short[] decoded(RecordingLeg trunk) {
        G711Decoder decoder = new G711Decoder(AudioCodec.PCMA);
        short[] pcm = new short[trunk.sent.size() * FRAME];
        for (int i = 0; i < trunk.sent.size(); i++) {
            decoder.decode(trunk.sent.get(i).payload(), 0, FRAME, pcm, i * FRAME);
        }
        return pcm;
    }

    @Test
    public void asManySamplesComeOutAsTicksNeedAndNothingIsHeldForLong() {
        Continuity continuity = new Continuity(RATE);
        Random random = new Random(11);
        short[] pcm = new short[4 * FRAME];
        for (int i = 0; i < 20_000; i++) {
            noise(pcm, random);
            switch (random.nextInt(5)) {
                case 0 -> {
                    int due = FRAME * random.nextInt(3);
                    continuity.playPart(pcm, 0, due + FRAME, due);
                }
                case 1 -> {
                    int made = continuity.missing(FRAME);
                    assertThat(made).isBetween(0, FRAME);
                    assertThat(made % 20).isZero();
                    continuity.bridge(pcm, 0, made, FRAME);
                }
                case 2 -> continuity.fadeOut(pcm, 0, continuity.missing(FRAME), FRAME);
                default -> continuity.play(pcm, 0, FRAME);
            }
        }
        // Nothing is asked for any more: what is held goes, even from noise, within half a second.
        for (int i = 0; i < 60; i++) {
            noise(pcm, random);
            continuity.play(pcm, 0, FRAME);
        }
        assertThat(continuity.missing(FRAME)).isEqualTo(FRAME);
    }

    @Test
    public void aPauseIsFadedIntoAndSoundComesBackWithoutAStep() {
        Continuity continuity = new Continuity(RATE);
        short[] loud = new short[FRAME];
        Arrays.fill(loud, (short) 10_000);
        continuity.play(loud, 0, FRAME);
        assertThat(steepest(loud, 0, FRAME)).isLessThan(600);
        assertThat(loud[0]).isZero();

        assertThat(continuity.isAudible()).isTrue();
        Arrays.fill(loud, (short) 10_000);
        continuity.fadeOut(loud, 0, FRAME, FRAME);
        assertThat(steepest(loud, 0, FRAME)).isLessThan(100);
        assertThat((int) loud[FRAME - 1]).isLessThan(100);
        assertThat(continuity.isAudible()).isFalse();
    }

    @Test
    public void whatIsTooMuchIsUsedBeforeAnythingIsMadeUp() {
        Continuity continuity = new Continuity(RATE);
        short[] pcm = new short[FRAME];
        Arrays.fill(pcm, (short) 1);
        continuity.playPart(pcm, 0, 50, 0);
        assertThat(continuity.missing(FRAME)).isEqualTo(120);

        Arrays.fill(pcm, (short) 2);
        continuity.bridge(pcm, 0, 120, FRAME);

        assertThat(Arrays.copyOf(pcm, 50)).containsOnly(1);
        assertThat(Arrays.copyOfRange(pcm, 50, FRAME)).containsOnly(2);
        assertThat(continuity.missing(FRAME)).isEqualTo(FRAME);
    }

    @Test
    public void nothingIsAllocated() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        Continuity continuity = new Continuity(RATE);
        short[] pcm = new short[FRAME];
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 6; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 2000; i++) {
                if (i % 20 == 0) {
                    continuity.playPart(pcm, 0, FRAME, 0);
                }
                continuity.play(pcm, 0, FRAME);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }

        assertThat(least).isZero();
    }

    private static void noise(short[] pcm, Random random) {
        for (int i = 0; i < pcm.length; i++) {
            pcm[i] = (short) (random.nextInt(8000) - 4000);
        }
    }

    private static int steepest(short[] pcm, int from, int to) {
        int most = 1;
        for (int i = from + 1; i < to; i++) {
            most = Math.max(most, Math.abs(pcm[i] - pcm[i - 1]));
        }
        return most;
    }

    private static int sharpest(short[] pcm, int from, int to) {
        int most = 1;
        for (int i = from + 2; i < to; i++) {
            most = Math.max(most, Math.abs(pcm[i] - 2 * pcm[i - 1] + pcm[i - 2]));
        }
        return most;
    }
}
