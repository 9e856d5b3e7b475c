package offhook.codec.dsp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class ConcealerTest {

    private static final int FRAME = 160;

    @DataProvider
    public Object[][] voices() {
        return new Object[][] {{70.0}, {100.0}, {125.0}, {162.0}, {199.0}};
    }

    @Test(dataProvider = "voices")
    public void aVoiceGoesOnInPhase(double pitchHz) {
        short[] voice = voice(pitchHz, 8 * FRAME);
        short[] out = voice.clone();
        Concealer concealer = new Concealer(8000);

        concealer.heard(out, 0, 4 * FRAME);
        concealer.conceal(out, 4 * FRAME, FRAME);

        assertThat(likeness(voice, out, 4 * FRAME, 80)).isGreaterThan(0.97);
        assertThat(likeness(voice, out, 4 * FRAME, FRAME)).isGreaterThan(0.95);
    }

    @Test(dataProvider = "voices")
    public void noSeamIsSteeperThanTheVoice(double pitchHz) {
        short[] voice = voice(pitchHz, 12 * FRAME);
        short[] out = voice.clone();
        Concealer concealer = new Concealer(8000);

        concealer.heard(out, 0, 4 * FRAME);
        concealer.conceal(out, 4 * FRAME, 2 * FRAME);
        concealer.heard(out, 6 * FRAME, 3 * FRAME);
        concealer.conceal(out, 9 * FRAME, FRAME);
        concealer.heard(out, 10 * FRAME, 2 * FRAME);

        assertThat(steepest(out)).isLessThan((int) (1.3 * steepest(voice)));
    }

    @Test(dataProvider = "voices")
    public void aWidebandVoiceGoesOnInPhase(double pitchHz) {
        short[] voice = voice(pitchHz, 10 * FRAME, 16_000);
        short[] out = voice.clone();
        Concealer concealer = new Concealer(16_000);

        concealer.heard(out, 0, 8 * FRAME);
        concealer.conceal(out, 8 * FRAME, 2 * FRAME);

        assertThat(likeness(voice, out, 8 * FRAME, 160)).isGreaterThan(0.97);
        assertThat(likeness(voice, out, 8 * FRAME, 2 * FRAME)).isGreaterThan(0.95);
    }

    @Test
    public void aDriftUnderTheVoiceMakesNoSteps() {
        short[] voice = voice(100, 7 * FRAME);
        for (int i = 0; i < voice.length; i++) {
            voice[i] = (short) (voice[i] / 4 + 12 * (i - voice.length / 2));
        }
        short[] out = voice.clone();
        Concealer concealer = new Concealer(8000);

        concealer.heard(out, 0, 4 * FRAME);
        concealer.conceal(out, 4 * FRAME, 2 * FRAME);

        short[] heard = Arrays.copyOf(out, 6 * FRAME);
        assertThat(steepest(heard)).isLessThan((int) (1.6 * steepest(voice)));
    }

    @Test
    public void aLongLossFadesToSilenceAt60MillisecondsWhereNoNoiseIsKnown() {
        short[] voice = voice(120, 4 * FRAME);
        short[] out = new short[10 * FRAME];
        Concealer concealer = new Concealer(8000);

        concealer.heard(voice, 0, 4 * FRAME);
        concealer.conceal(out, 0, FRAME);
        concealer.conceal(out, FRAME, FRAME);
        concealer.conceal(out, 2 * FRAME, 8 * FRAME);

        assertThat(energy(out, 0, 80)).isGreaterThan(0.8 * energy(voice, 480, 80));
        assertThat(energy(out, 160, 80)).isLessThan(energy(out, 0, 80));
        assertThat(energy(out, 400, 80)).isLessThan(0.1 * energy(out, 0, 80));
        assertThat(Arrays.copyOfRange(out, 480, out.length)).containsOnly(0);
    }

    @Test
    public void aLongLossEndsInTheNoiseBetweenTheWords() {
        ComfortNoise background = new ComfortNoise();
        background.white(-55);
        short[] room = new short[100 * FRAME];
        // The generator comes up to its level within the first frame.
        background.fill(room, 0, FRAME);
        background.fill(room, 0, room.length);
        short[] voice = voice(120, 4 * FRAME);
        short[] out = new short[20 * FRAME];
        Concealer concealer = new Concealer(8000);

        concealer.heard(room, 0, room.length);
        concealer.heard(voice, 0, voice.length);
        concealer.conceal(out, 0, out.length);

        assertThat(Level.rmsDbov(out, 600, out.length - 600)).isBetween(-57.0, -53.0);
    }

    @Test
    public void whatComesAfterALossIsUntouchedAfter10Milliseconds() {
        short[] voice = voice(120, 8 * FRAME);
        short[] out = voice.clone();
        Concealer concealer = new Concealer(8000);

        concealer.heard(out, 0, 4 * FRAME);
        concealer.conceal(out, 4 * FRAME, 2 * FRAME);
        concealer.heard(out, 6 * FRAME, 2 * FRAME);

        assertThat(Arrays.copyOfRange(out, 6 * FRAME + 80, 8 * FRAME))
                .isEqualTo(Arrays.copyOfRange(voice, 6 * FRAME + 80, 8 * FRAME));
    }

    @Test
    public void fullScaleNoiseNeverOverflowsIntoTheOtherSign() {
        short[] square = new short[4 * FRAME];
        for (int i = 0; i < square.length; i++) {
            square[i] = i / 40 % 2 == 0 ? Short.MAX_VALUE : Short.MIN_VALUE;
        }
        short[] out = new short[FRAME];
        Concealer concealer = new Concealer(8000);

        concealer.heard(square, 0, square.length);
        concealer.conceal(out, 0, FRAME);

        for (int i = 0; i < 70; i++) {
            int expected = (square.length + i) / 40 % 2 == 0 ? 1 : -1;
            assertThat(Integer.signum(out[i])).as("%d", i).isEqualTo(expected);
        }
    }

    /// A sum of harmonics, like a vowel.
    private static short[] voice(double pitchHz, int samples) {
        return voice(pitchHz, samples, 8000);
    }

    private static short[] voice(double pitchHz, int samples, int sampleRateHz) {
        short[] pcm = new short[samples];
        for (int i = 0; i < samples; i++) {
            double phase = 2 * Math.PI * pitchHz * i / sampleRateHz;
            pcm[i] =
                    (short)
                            (4000 * Math.sin(phase)
                                    + 3000 * Math.sin(2 * phase + 1)
                                    + 2000 * Math.sin(5 * phase + 2));
        }
        return pcm;
    }

    private static double likeness(short[] x, short[] y, int offset, int samples) {
        double product = 0;
        for (int i = offset; i < offset + samples; i++) {
            product += x[i] * (double) y[i];
        }
        return product / Math.sqrt(energy(x, offset, samples) * energy(y, offset, samples));
    }

    private static double energy(short[] pcm, int offset, int samples) {
        double sum = 0;
        for (int i = offset; i < offset + samples; i++) {
            sum += pcm[i] * (double) pcm[i];
        }
        return sum;
    }

    private static int steepest(short[] pcm) {
        int steepest = 0;
        for (int i = 1; i < pcm.length; i++) {
            steepest = Math.max(steepest, Math.abs(pcm[i] - pcm[i - 1]));
        }
        return steepest;
    }
}
