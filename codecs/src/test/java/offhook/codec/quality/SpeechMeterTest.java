package offhook.codec.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.Arrays;
import offhook.codec.dsp.Level;
import offhook.codec.dsp.Tone;
import offhook.codec.g711.ALaw;
import offhook.codec.g711.MuLaw;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class SpeechMeterTest {

    private static final int RATE = 8000;

    private static SpeechMeter fresh() {
        return new SpeechMeter();
    }

    private static void inPieces(SpeechMeter meter, short[] pcm, int piece, int rateHz) {
        for (int at = 0; at < pcm.length; at += piece) {
            meter.add(pcm, at, Math.min(piece, pcm.length - at), rateHz);
        }
    }

    @DataProvider
    public static Object[][] toneLevels() {
        return new Object[][] {{0, 8000}, {-10, 8000}, {-20, 16_000}, {-40, 8000}, {-55, 48_000}};
    }

    @Test(dataProvider = "toneLevels")
    public void aToneHasItsOwnLevel(int dbm0, int rateHz) {
        short[] pcm = new short[2 * rateHz];
        new Tone(rateHz, dbm0, 1004).fill(pcm, 0, pcm.length);
        SpeechMeter meter = fresh();
        inPieces(meter, pcm, rateHz / 100, rateHz);

        assertThat(meter.activeLevelDbov()).isCloseTo(dbm0 + Level.DBM0_IN_DBOV, within(0.5));
        assertThat(meter.frames()).isEqualTo(100);
        assertThat(meter.clippedShare()).isZero();
    }

    @Test
    public void pausesDoNotMakeATalkerQuiet() {
        short[] pcm = new short[40 * RATE];
        Tone tone = new Tone(RATE, -10, 1004);
        // One second in four, and 200 ms that P.56 counts behind each.
        for (int second = 0; second < 40; second += 4) {
            tone.fill(pcm, second * RATE, RATE);
        }
        SpeechMeter meter = fresh();
        inPieces(meter, pcm, 160, RATE);

        double hangover = 10 * Math.log10(1.2);
        assertThat(meter.activeLevelDbov())
                .isCloseTo(-10 + Level.DBM0_IN_DBOV - hangover, within(0.1));
        assertThat(meter.silentShare()).isCloseTo(0.75, within(0.001));
        assertThat(meter.audibleFrames()).isEqualTo(500);
        assertThat(meter.speakingFrames()).isEqualTo(500);
    }

    @DataProvider
    public static Object[][] gainsAndPauses() {
        return new Object[][] {{1.0, 0}, {0.1, 0}, {0.5, 10}, {0.25, 30}};
    }

    @Test(dataProvider = "gainsAndPauses")
    public void speechHasTheLevelOfP56(double gain, int pauseSeconds) {
        short[] speech = TestSpeech.narrowband().pcm();
        short[] pcm = Arrays.copyOf(speech, speech.length + pauseSeconds * RATE);
        for (int i = 0; i < speech.length; i++) {
            pcm[i] = (short) Math.round(gain * pcm[i]);
        }
        SpeechMeter meter = fresh();
        inPieces(meter, pcm, 160, RATE);

        assertThat(meter.activeLevelDbov()).isCloseTo(p56(pcm), within(0.5));
    }

    /// ITU-T P.56 §6.4 (method B) sample by sample.
    private static double p56(short[] pcm) {
        double g = Math.exp(-1.0 / (RATE * 0.03));
        int hangover = RATE / 5;
        long[] counts = new long[15];
        int[] quiet = new int[15];
        Arrays.fill(quiet, hangover);
        double p = 0;
        double q = 0;
        double energy = 0;
        for (short sample : pcm) {
            double x = sample / 32_768.0;
            energy += x * x;
            p = g * p + (1 - g) * Math.abs(x);
            q = g * q + (1 - g) * p;
            for (int j = 0; j < 15; j++) {
                double threshold = Math.pow(2, j - 15);
                if (q >= threshold) {
                    counts[j]++;
                    quiet[j] = 0;
                } else if (quiet[j] < hangover) {
                    counts[j]++;
                    quiet[j]++;
                }
            }
        }
        double levelBefore = 0;
        double deltaBefore = 0;
        for (int j = 0; j < 15; j++) {
            double level = 10 * Math.log10(energy / counts[j]);
            double delta = level - 20 * Math.log10(Math.pow(2, j - 15)) - 15.9;
            if (delta <= 0) {
                double share = deltaBefore / (deltaBefore - delta);
                return levelBefore + share * (level - levelBefore);
            }
            levelBefore = level;
            deltaBefore = delta;
        }
        throw new IllegalStateException("no level");
    }

    @Test
    public void clippedSamplesAreCountedExactly() {
        short[] pcm = new short[RATE];
        new Tone(RATE, -20, 1004).fill(pcm, 0, pcm.length);
        for (int i = 0; i < 80; i++) {
            pcm[i * 100] = i % 2 == 0 ? Short.MAX_VALUE : Short.MIN_VALUE;
        }
        SpeechMeter meter = fresh();
        inPieces(meter, pcm, 160, RATE);

        assertThat(meter.clippedShare()).isEqualTo(0.01);
    }

    @Test
    public void theLoudestStepsOfG711AreClipped() {
        short[] pcm = {
            MuLaw.decode((byte) 0x80),
            MuLaw.decode((byte) 0x00),
            ALaw.decode((byte) 0xaa),
            ALaw.decode((byte) 0x2a)
        };
        SpeechMeter meter = fresh();
        meter.add(pcm, 0, 4, RATE);

        assertThat(meter.clippedShare()).isEqualTo(1);
    }

    @Test
    public void silenceOfG711IsDigitalSilenceAndHasNoLevel() {
        short[] pcm = new short[RATE];
        Arrays.fill(pcm, ALaw.decode(ALaw.SILENCE));
        SpeechMeter alaw = fresh();
        inPieces(alaw, pcm, 160, RATE);
        Arrays.fill(pcm, MuLaw.decode(MuLaw.SILENCE));
        SpeechMeter mulaw = fresh();
        inPieces(mulaw, pcm, 160, RATE);

        assertThat(alaw.audibleFrames()).isZero();
        assertThat(mulaw.audibleFrames()).isZero();
        assertThat(alaw.silentShare()).isEqualTo(1);
        assertThat(mulaw.activeLevelDbov()).isNaN();
    }

    @Test
    public void nothingIsSaidOfNothing() {
        SpeechMeter meter = fresh();

        assertThat(meter.activeLevelDbov()).isNaN();
        assertThat(meter.clippedShare()).isNaN();
        assertThat(meter.silentShare()).isNaN();
        meter.add(new short[160 * 49], 0, 160 * 49, RATE);
        assertThat(meter.activeLevelDbov()).isNaN();
    }

    @Test
    public void declaredLevelsCountLikeAudio() {
        SpeechMeter meter = fresh();
        for (int i = 0; i < 400; i++) {
            meter.addDeclared(i % 4 == 0 ? 127 : 20);
        }

        // 10 frames of hangover bridge each pause of one frame.
        assertThat(meter.activeLevelDbov()).isCloseTo(-20 + 10 * Math.log10(0.75), within(0.05));
        assertThat(meter.audibleFrames()).isEqualTo(300);
        assertThat(meter.silentShare()).isEqualTo(0.25);
        assertThat(meter.clippedShare()).isNaN();
    }

    @Test
    public void measuringAllocatesNothing() {
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        short[] pcm = TestSpeech.narrowband().pcm();
        SpeechMeter meter = fresh();
        long least = Long.MAX_VALUE;
        double sum = 0;
        for (int round = 0; round < 8; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int at = 0; at + 160 <= pcm.length; at += 160) {
                meter.add(pcm, at, 160, RATE);
                meter.addDeclared(at & 127);
                sum += EModel.rating(at, CodecImpairment.G711_CONCEALED, 1, 1);
                sum += meter.activeLevelDbov();
            }
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }

        assertThat(least).isZero();
        assertThat(sum).isNotEqualTo(1);
    }
}
