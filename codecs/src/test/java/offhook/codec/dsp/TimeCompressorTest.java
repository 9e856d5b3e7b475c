package offhook.codec.dsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import java.util.Random;
import offhook.codec.quality.Recording;
import offhook.codec.quality.Stoi;
import offhook.codec.quality.TestSpeech;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class TimeCompressorTest {

    private static final int RATE = 8000;
    private static final int FRAME = 160;

    /// A step or bend of a cut may be so much greater than those of the audio around it.
    private static final double UNHEARD = 1.1;

    /// Audio that comes frame by frame; of each ten one is to be taken out.
    private static final class Line {
        private final int frame;
        private final short[] heard;

        /// The same with the pieces taken out hard, in the middle of the fade.
        private final short[] reference;

        private int length;
        private int taken;
        private int cuts;
        private double worstStep;
        private double worstBend;

        Line(short[] pcm, int sampleRateHz) {
            TimeCompressor compressor = new TimeCompressor(sampleRateHz);
            frame = sampleRateHz / 50;
            heard = new short[pcm.length];
            reference = new short[pcm.length];
            int excess = 0;
            int waited = 0;
            for (int at = 0; at + frame <= pcm.length; at += frame) {
                System.arraycopy(pcm, at, heard, length, frame);
                System.arraycopy(pcm, at, reference, length, frame);
                length += frame;
                excess += at / frame % 10 == 9 ? frame : 0;
                int start = length - frame - excess;
                if (excess > 0 && start >= frame) {
                    short[] before = heard.clone();
                    boolean insist = excess > frame || waited >= 10;
                    int cut = compressor.shorten(heard, start, frame + excess, excess, insist);
                    waited = cut > 0 ? 0 : waited + 1;
                    excess -= cut;
                    if (cut > 0) {
                        judge(before, cut);
                    }
                }
            }
        }

        private void judge(short[] before, int cut) {
            // Where nothing differs it was silent.
            int differs = Arrays.mismatch(before, heard);
            int at = differs < 0 ? length - cut - frame : differs;
            int middle = Math.min(at + frame / 4, length - cut);
            System.arraycopy(reference, middle + cut, reference, middle, length - middle - cut);
            length -= cut;
            taken += cut;
            cuts++;
            int from = at - frame;
            int to = Math.min(length, at + frame);
            int beforeTo = Math.min(length + cut, to + cut);
            worstStep =
                    Math.max(
                            worstStep,
                            (double) steepest(heard, from, to) / steepest(before, from, beforeTo));
            worstBend =
                    Math.max(
                            worstBend,
                            (double) sharpest(heard, from, to) / sharpest(before, from, beforeTo));
        }
    }

    @DataProvider
    Object[][] tones() {
        return new Object[][] {
            {8000, new double[] {1004}},
            {8000, new double[] {301}},
            {8000, new double[] {2713}},
            {8000, new double[] {350, 440}},
            {8000, new double[] {941, 1336}},
            {16000, new double[] {1004}},
            {48000, new double[] {425}}
        };
    }

    @Test(dataProvider = "tones")
    public void aToneIsShorterAndHasNoClick(int rate, double[] frequencies) {
        short[] pcm = new short[4 * rate];
        new Tone(rate, -8, frequencies).fill(pcm, 0, pcm.length);
        Line line = new Line(pcm, rate);

        // 400 ms are asked for; the rest still waits for its place.
        assertThat(line.taken * 1000 / rate).isBetween(385, 400);
        assertThat(line.worstStep).isLessThan(UNHEARD);
        assertThat(line.worstBend).isLessThan(UNHEARD);
        assertThat(Level.rmsDbov(line.heard, 0, line.length))
                .isCloseTo(Level.rmsDbov(pcm, 0, pcm.length), within(0.1));
        short[] hard = withoutEachTenthFrame(pcm, rate / 50);
        assertThat(sharpest(hard, 0, hard.length))
                .isGreaterThan((int) (UNHEARD * sharpest(pcm, 0, pcm.length)));
    }

    @Test
    public void speechLosesTimeAndNoWord() {
        short[] speech = TestSpeech.narrowband().pcm();
        Line line = new Line(speech, RATE);
        double stoi =
                Stoi.of(
                        new Recording(Arrays.copyOf(line.reference, line.length), RATE),
                        new Recording(Arrays.copyOf(line.heard, line.length), RATE));
        System.out.printf(
                "time compression of speech by 10 %%: %d cuts, %d of %d samples, STOI %.4f, worst"
                        + " step %.2f and bend %.2f of the speech around%n",
                line.cuts, line.taken, speech.length, stoi, line.worstStep, line.worstBend);

        assertThat(line.taken).isBetween(speech.length / 10 - 240, speech.length / 10);
        assertThat(stoi).isGreaterThan(0.98);
        assertThat(line.worstStep).isLessThan(UNHEARD);
        assertThat(line.worstBend).isLessThan(UNHEARD);
    }

    @Test
    public void silenceIsCutAtOnce() {
        short[] pcm = new short[2 * FRAME];
        Arrays.fill(pcm, (short) 3);

        assertThat(new TimeCompressor(RATE).shorten(pcm, 0, 2 * FRAME, FRAME, false))
                .isEqualTo(FRAME);
        assertThat(Arrays.copyOf(pcm, FRAME)).containsOnly(3);
    }

    @Test
    public void whatDoesNotRepeatIsLeftAloneUnlessInsistedAndKeepsItsLoudness() {
        short[] noise = noise(2 * FRAME, 8000);
        short[] cut = noise.clone();
        TimeCompressor compressor = new TimeCompressor(RATE);

        assertThat(compressor.shorten(cut, 0, 2 * FRAME, FRAME, false)).isZero();
        assertThat(cut).isEqualTo(noise);
        int taken = compressor.shorten(cut, 0, 2 * FRAME, FRAME, true);
        assertThat(taken).isBetween(FRAME / 2, FRAME);
        assertThat(Level.rmsDbov(cut, 0, 2 * FRAME - taken))
                .isCloseTo(Level.rmsDbov(noise, 0, 2 * FRAME), within(1.0));
    }

    @Test
    public void whatIsAroundStaysAsItWas() {
        Random random = new Random(7);
        TimeCompressor compressor = new TimeCompressor(RATE);
        for (int i = 0; i < 2000; i++) {
            short[] pcm = noise(6 * FRAME, 1 + random.nextInt(40_000));
            int offset = random.nextInt(FRAME);
            int most = random.nextInt(3 * FRAME);
            int samples = FRAME + most;
            short[] before = pcm.clone();
            int taken = compressor.shorten(pcm, offset, samples, most, random.nextBoolean());

            assertThat(taken).isBetween(0, Math.min(most, FRAME));
            assertThat(Arrays.equals(before, 0, offset, pcm, 0, offset)).isTrue();
            int end = offset + samples;
            assertThat(Arrays.equals(before, end, pcm.length, pcm, end, pcm.length)).isTrue();
        }
    }

    @Test
    public void tooLittleIsNotShortened() {
        short[] pcm = new short[FRAME];
        TimeCompressor compressor = new TimeCompressor(RATE);

        assertThat(compressor.shorten(pcm, 0, FRAME, 0, true)).isZero();
        assertThat(compressor.shorten(pcm, 0, 90, 20, true)).isZero();
        assertThatThrownBy(() -> new TimeCompressor(11_025))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    public void nothingIsAllocated() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        TimeCompressor compressor = new TimeCompressor(RATE);
        short[] pcm = noise(2 * FRAME, 8000);
        long least = Long.MAX_VALUE;
        for (int round = 0; round < 6; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 500; i++) {
                compressor.shorten(pcm, 0, 2 * FRAME, FRAME, i % 2 == 0);
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }

        assertThat(least).isZero();
    }

    private static short[] noise(int samples, int width) {
        Random random = new Random(samples);
        short[] pcm = new short[samples];
        for (int i = 0; i < samples; i++) {
            pcm[i] = (short) (random.nextInt(width) - width / 2);
        }
        return pcm;
    }

    private static short[] withoutEachTenthFrame(short[] pcm, int frame) {
        short[] out = new short[pcm.length];
        int length = 0;
        for (int at = 0; at + frame <= pcm.length; at += frame) {
            if (at / frame % 10 != 9) {
                System.arraycopy(pcm, at, out, length, frame);
                length += frame;
            }
        }
        return Arrays.copyOf(out, length);
    }

    /// The greatest step from one sample to the next.
    private static int steepest(short[] pcm, int from, int to) {
        int most = 1;
        for (int i = from + 1; i < to; i++) {
            most = Math.max(most, Math.abs(pcm[i] - pcm[i - 1]));
        }
        return most;
    }

    /// The greatest change of the steps: what is heard as a click.
    private static int sharpest(short[] pcm, int from, int to) {
        int most = 1;
        for (int i = from + 2; i < to; i++) {
            most = Math.max(most, Math.abs(pcm[i] - 2 * pcm[i - 1] + pcm[i - 2]));
        }
        return most;
    }
}
