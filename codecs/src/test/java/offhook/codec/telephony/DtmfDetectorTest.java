package offhook.codec.telephony;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import offhook.codec.dsp.ComfortNoise;
import offhook.codec.dsp.Level;
import offhook.codec.dsp.Tone;
import offhook.codec.g711.ALaw;
import offhook.codec.quality.Recording;
import offhook.codec.quality.TestSpeech;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class DtmfDetectorTest {

    private static final String KEYS = "1234567890*#ABCD";
    private static final double NO_NOISE = 99;
    private static final int PACKET_MILLIS = 20;

    /// Offset of both tones in per cent, level of low and high tone in dBm0, signal to noise in dB.
    @DataProvider
    public Object[][] keys() {
        return new Object[][] {
            {0.0, -8.0, -6.0, NO_NOISE},
            {0.0, 0.0, 0.0, NO_NOISE},
            {0.0, 0.0, -3.0, 15.0},
            {0.0, -25.0, -25.0, NO_NOISE},
            {0.0, -25.0, -25.0, 15.0},
            {1.5, 0.0, 0.0, NO_NOISE},
            {-1.5, 0.0, 0.0, NO_NOISE},
            {1.5, -25.0, -25.0, 15.0},
            {-1.5, -25.0, -25.0, 15.0},
            {0.0, -25.0, -21.0, 15.0},
            {0.0, -17.0, -25.0, 15.0},
            {1.5, -4.0, 0.0, 15.0},
            {-1.5, 0.0, -8.0, 15.0},
            {1.5, -17.0, -25.0, 15.0},
        };
    }

    @Test(dataProvider = "keys")
    public void everyKeyOf40MillisecondsIsHeardOnceAt8Kilohertz(
            double offsetPercent, double lowDbm0, double highDbm0, double snrDb) {
        assertThat(heard(sequence(8000, offsetPercent, lowDbm0, highDbm0, snrDb, 40), 8000))
                .isEqualTo(KEYS);
    }

    @Test(dataProvider = "keys")
    public void everyKeyOf40MillisecondsIsHeardOnceAt16Kilohertz(
            double offsetPercent, double lowDbm0, double highDbm0, double snrDb) {
        assertThat(heard(sequence(16_000, offsetPercent, lowDbm0, highDbm0, snrDb, 40), 16_000))
                .isEqualTo(KEYS);
    }

    @DataProvider
    public Object[][] noKeys() {
        return new Object[][] {{3.5, NO_NOISE}, {-3.5, NO_NOISE}, {3.5, 15.0}, {-3.5, 15.0}};
    }

    /// Even when they last long enough for many chances.
    @Test(dataProvider = "noKeys")
    public void tonesThreeAndAHalfPerCentOffAreNoKeys(double offsetPercent, double snrDb) {
        short[] pcm = sequence(8000, offsetPercent, -8, -8, snrDb, 300);

        assertThat(heard(pcm, 8000)).isEmpty();
    }

    @Test
    public void tonesTooShortForAKeyAreNone() {
        assertThat(heard(sequence(8000, 0, -8, -8, NO_NOISE, 20), 8000)).isEmpty();
    }

    @Test
    public void theSameKeyTwiceIsTwoKeys() {
        Taps taps = new Taps(8000);
        for (int i = 0; i < 20; i++) {
            taps.pause(40);
            taps.key('5', 0, -8, -8, NO_NOISE, 40);
        }
        taps.pause(100);

        assertThat(heard(taps.pcm(), 8000)).isEqualTo("5".repeat(20));
    }

    @Test
    public void anInterruptionOfTenMillisecondsIsNone() {
        Taps taps = new Taps(8000);
        taps.pause(40);
        taps.key('5', 0, -8, -8, NO_NOISE, 60);
        taps.pause(10);
        taps.key('5', 0, -8, -8, NO_NOISE, 60);
        taps.pause(100);

        assertThat(heard(taps.pcm(), 8000)).isEqualTo("5");
    }

    @Test
    public void keysWithoutAPauseBetweenAreTold() {
        Taps taps = new Taps(8000);
        for (char key : KEYS.toCharArray()) {
            taps.key(key, 0, -8, -8, NO_NOISE, 80);
        }
        taps.pause(100);

        assertThat(heard(taps.pcm(), 8000)).isEqualTo(KEYS);
    }

    @DataProvider
    public Object[][] lengths() {
        return new Object[][] {{8000, 40}, {8000, 93}, {8000, 250}, {16_000, 80}, {16_000, 1000}};
    }

    @Test(dataProvider = "lengths")
    public void beginAndLengthAreToldToAFewMilliseconds(int sampleRateHz, int millis) {
        for (char key : KEYS.toCharArray()) {
            for (int leadMillis = 100; leadMillis < 120; leadMillis += 3) {
                Taps taps = new Taps(sampleRateHz);
                taps.pause(leadMillis);
                taps.key(key, 0, -10, -8, 20, millis);
                taps.pause(100);
                Ear ear = listen(taps.pcm(), sampleRateHz);

                assertThat(ear.keys).hasToString(Character.toString(key));
                assertThat(ear.begins.getFirst()).isBetween(leadMillis - 8, leadMillis + 8);
                assertThat(ear.durations.getFirst()).isBetween(millis - 10, millis + 10);
            }
        }
    }

    /// Who keeps tones from passing on lets less than 15 ms of each through.
    @Test
    public void aKeyIsSuspectedEarly() {
        Taps taps = new Taps(8000);
        taps.pause(100);
        taps.key('7', 0, -10, -8, NO_NOISE, 100);
        DtmfDetector detector = new DtmfDetector(8000, new Ear());
        short[] pcm = taps.pcm();
        int suspectedAt = -1;
        for (int at = 0; at < pcm.length && suspectedAt < 0; at += 40) {
            detector.onAudio(pcm, at, 40);
            suspectedAt = detector.isSuspecting() ? at + 40 : -1;
        }

        assertThat(suspectedAt / 8).isBetween(101, 115);
        assertThat(detector.down()).isNull();
    }

    @Test
    public void aResetLetsGoOfTheKey() {
        Ear ear = new Ear();
        DtmfDetector detector = new DtmfDetector(8000, ear);
        Taps taps = new Taps(8000);
        taps.pause(40);
        taps.key('3', 0, -10, -8, NO_NOISE, 100);
        detector.onAudio(taps.pcm(), 0, taps.pcm().length);
        assertThat(detector.down()).isEqualTo(DtmfEvent.DIGIT_3);

        detector.reset();
        detector.onAudio(new short[400], 0, 400);

        assertThat(detector.down()).isNull();
        assertThat(ear.durations).hasSize(1);
    }

    /// Ten minutes of men and women who speak English, German, Spanish, French and Italian.
    @Test
    public void noVoiceIsTakenForAKey() {
        Recording voices = TestSpeech.voices();
        short[] quiet = voices.pcm();
        for (int i = 0; i < quiet.length; i++) {
            quiet[i] /= 8;
        }

        assertThat(voices.samples()).isGreaterThan(600 * 8000);
        assertThat(heard(voices.pcm(), 8000)).isEmpty();
        assertThat(heard(quiet, 8000)).isEmpty();
    }

    /// A key pressed while somebody speaks in the background is heard all the same.
    @Test
    public void keysAreHeardOverAQuietVoice() {
        short[] pcm = sequence(8000, 0, -8, -6, NO_NOISE, 80);
        short[] voice = TestSpeech.narrowband().pcm();
        for (int i = 0; i < pcm.length; i++) {
            pcm[i] = (short) Math.clamp(pcm[i] + voice[i] / 24, Short.MIN_VALUE, Short.MAX_VALUE);
        }

        assertThat(heard(pcm, 8000)).isEqualTo(KEYS);
    }

    @DataProvider
    public Object[][] otherTones() {
        return new Object[][] {
            {new double[] {425}},
            {new double[] {350, 440}},
            {new double[] {440, 480}},
            {new double[] {480, 620}},
            {new double[] {400, 450}},
            {new double[] {950}},
            {new double[] {1400}},
            {new double[] {1800}},
            {new double[] {1004}},
            {new double[] {1100}},
            {new double[] {2100}},
            {new double[] {1300}},
            {new double[] {700, 900}},
            {new double[] {900, 1100}},
            {new double[] {1300, 1500}},
            {new double[] {1100, 1700}},
            {new double[] {770}},
            {new double[] {1336}},
            {new double[] {941, 770}},
            {new double[] {1209, 1477}},
            {new double[] {697, 1209, 1633}},
            {new double[] {697, 941, 1336}},
            {new double[] {440, 554.4, 659.3}},
            {new double[] {523.3, 659.3, 784, 1046.5}},
            {new double[] {698.5, 880, 1046.5, 1396.9}},
            {new double[] {261.6, 784, 1318.5}},
        };
    }

    /// Call progress, fax and information tones, signalling between exchanges, single tones and
    /// wrong pairs of the keypad, chords.
    @Test(dataProvider = "otherTones")
    public void otherTonesAreNoKeys(double[] frequenciesHz) {
        for (double levelDbm0 : new double[] {-3, -13, -25}) {
            short[] pcm = new short[16_000];
            Tone tone = new Tone(8000, levelDbm0, frequenciesHz);
            for (int at = 0; at < pcm.length; at += 4000) {
                tone.fill(pcm, at, 3000);
            }

            assertThat(heard(pcm, 8000)).isEmpty();
        }
    }

    /// Each note of a scale alone, and with the third and the fifth above it, with overtones.
    @Test
    public void musicIsNoKeys() {
        short[] pcm = new short[8000 * 60];
        int at = 0;
        for (int note = 0; at + 1600 <= pcm.length; note = (note + 5) % 36) {
            double root = 220 * Math.pow(2, note / 12.0);
            double[] partials =
                    note % 2 == 0
                            ? new double[] {root, 2 * root, 3 * root}
                            : new double[] {root, root * 1.26, root * 1.498, 2 * root};
            new Tone(8000, -16, Arrays.stream(partials).filter(hz -> hz < 4000).toArray())
                    .fill(pcm, at, 1600);
            at += 1600;
        }

        assertThat(heard(pcm, 8000)).isEmpty();
    }

    @Test
    public void noiseIsNoKeys() {
        short[] pcm = new short[8000 * 120];
        ComfortNoise noise = new ComfortNoise();
        noise.shape(-20, new double[] {-0.5, 0.4}, 2);
        noise.fill(pcm, 0, pcm.length);

        assertThat(heard(pcm, 8000)).isEmpty();
    }

    @Test
    public void keysSurviveALaw() {
        short[] pcm = sequence(8000, 1.5, -25, -25, 15, 40);
        for (int i = 0; i < pcm.length; i++) {
            pcm[i] = ALaw.decode(ALaw.encode(pcm[i]));
        }

        assertThat(heard(pcm, 8000)).isEqualTo(KEYS);
    }

    @Test
    public void otherRatesAreRefused() {
        assertThatThrownBy(() -> new DtmfDetector(48_000, new Ear()))
                .isInstanceOf(IllegalArgumentException.class);
    }

    /// Every key once, with pauses of 40 ms and a little more, so that each falls differently.
    private static short[] sequence(
            int sampleRateHz,
            double offsetPercent,
            double lowDbm0,
            double highDbm0,
            double snrDb,
            int millis) {
        Taps taps = new Taps(sampleRateHz);
        for (int i = 0; i < KEYS.length(); i++) {
            taps.pause(40 + i % 6);
            taps.key(KEYS.charAt(i), offsetPercent, lowDbm0, highDbm0, snrDb, millis);
        }
        taps.pause(60);
        return taps.pcm();
    }

    private static String heard(short[] pcm, int sampleRateHz) {
        return listen(pcm, sampleRateHz).keys.toString();
    }

    private static Ear listen(short[] pcm, int sampleRateHz) {
        Ear ear = new Ear();
        DtmfDetector detector = new DtmfDetector(sampleRateHz, ear);
        int packet = sampleRateHz / 1000 * PACKET_MILLIS;
        for (int at = 0; at < pcm.length; at += packet) {
            int samples = Math.min(packet, pcm.length - at);
            ear.heardSamples = at + samples;
            ear.samplesPerMilli = sampleRateHz / 1000;
            detector.onAudio(pcm, at, samples);
        }
        return ear;
    }

    /// Notes down what it is told.
    private static final class Ear implements DtmfDetector.Listener {

        private final StringBuilder keys = new StringBuilder();
        private final List<Integer> begins = new ArrayList<>();
        private final List<Integer> durations = new ArrayList<>();
        private int heardSamples;
        private int samplesPerMilli = 8;

        @Override
        public void onDigitBegin(DtmfEvent event, int samplesAgo) {
            keys.append(event.digit());
            begins.add((heardSamples - samplesAgo) / samplesPerMilli);
        }

        @Override
        public void onDigitEnd(DtmfEvent event, int durationMillis) {
            durations.add(durationMillis);
        }
    }

    /// Writes tones and pauses one after the other, with noise under both.
    private static final class Taps {

        private final int sampleRateHz;
        private final Random random = new Random(24);
        private short[] pcm = new short[0];
        private double noiseRms;

        Taps(int sampleRateHz) {
            this.sampleRateHz = sampleRateHz;
        }

        void pause(int millis) {
            add(new double[millis * sampleRateHz / 1000]);
        }

        void key(
                char key,
                double offsetPercent,
                double lowDbm0,
                double highDbm0,
                double snrDb,
                int millis) {
            DtmfEvent event = DtmfEvent.ofDigit(key).orElseThrow();
            double[] tone = new double[millis * sampleRateHz / 1000];
            double power =
                    add(tone, event.lowHz() * (1 + offsetPercent / 100), lowDbm0)
                            + add(tone, event.highHz() * (1 + offsetPercent / 100), highDbm0);
            noiseRms = snrDb >= NO_NOISE ? 0 : Math.sqrt(power) * Math.pow(10, -snrDb / 20);
            add(tone);
        }

        private double add(double[] tone, double hz, double dbm0) {
            double rms = 32_768 * Math.pow(10, (dbm0 + Level.DBM0_IN_DBOV) / 20);
            double phase = random.nextDouble();
            for (int i = 0; i < tone.length; i++) {
                tone[i] +=
                        rms
                                * Math.sqrt(2)
                                * Math.sin(2 * Math.PI * (hz * i / sampleRateHz + phase));
            }
            return rms * rms;
        }

        private void add(double[] samples) {
            int at = pcm.length;
            pcm = Arrays.copyOf(pcm, at + samples.length);
            for (int i = 0; i < samples.length; i++) {
                double value = samples[i] + random.nextGaussian() * noiseRms;
                pcm[at + i] =
                        (short) Math.clamp(Math.round(value), Short.MIN_VALUE, Short.MAX_VALUE);
            }
        }

        short[] pcm() {
            return pcm;
        }
    }
}
