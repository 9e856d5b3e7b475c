package offhook.codec.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.testng.annotations.Test;

public class StoiTest {

    private final Recording speech = TestSpeech.narrowband();

    @Test
    public void levelDoesNotMatter() {
        short[] quiet = speech.pcm();
        for (int i = 0; i < quiet.length; i++) {
            quiet[i] /= 4;
        }

        assertThat(Stoi.of(speech, new Recording(quiet, 8000))).isCloseTo(1, within(0.002));
    }

    @Test
    public void noiseLowersItStepByStep() {
        double before = 1;
        for (int snrDb : new int[] {20, 10, 0, -10}) {
            double now = Stoi.of(speech, withNoise(snrDb));
            assertThat(now).as("%d dB", snrDb).isLessThan(before - 0.01);
            before = now;
        }

        // Fig. 4 of the paper's kind of curve: speech in its own level of noise is half understood.
        assertThat(Stoi.of(speech, withNoise(0))).isBetween(0.55, 0.9);
        assertThat(Stoi.of(speech, withNoise(-10))).isBetween(0.3, 0.7);
    }

    @Test
    public void pausesOfTheReferenceDoNotCount() {
        short[] clean = new short[speech.samples() + 40_000];
        System.arraycopy(speech.pcm(), 0, clean, 20_000, speech.samples());
        short[] dirty = clean.clone();
        Random random = new Random(5);
        for (int i = 0; i < 18_000; i++) {
            dirty[i] = (short) random.nextInt(-5000, 5000);
        }

        assertThat(Stoi.of(new Recording(clean, 8000), new Recording(dirty, 8000)))
                .isCloseTo(1, within(1e-6));
    }

    @Test
    public void lessThanASegmentOfSpeechIsNothing() {
        Recording blip = new Recording(new short[2000], 8000);

        assertThat(Stoi.of(blip, blip)).isZero();
        assertThat(Stoi.of(new Recording(new short[0], 8000), blip)).isZero();
    }

    private Recording withNoise(int snrDb) {
        short[] pcm = speech.pcm();
        double energy = 0;
        for (short sample : pcm) {
            energy += sample * (double) sample;
        }
        double rms = Math.sqrt(energy / pcm.length) * Math.pow(10, -snrDb / 20.0);
        Random random = new Random(6);
        for (int i = 0; i < pcm.length; i++) {
            pcm[i] =
                    (short)
                            Math.clamp(
                                    Math.round(pcm[i] + random.nextGaussian() * rms),
                                    Short.MIN_VALUE,
                                    Short.MAX_VALUE);
        }
        return new Recording(pcm, 8000);
    }
}
