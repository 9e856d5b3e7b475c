package offhook.codec.dsp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.assertj.core.data.Offset;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class ComfortNoiseTest {

    private static final int SETTLING = 1000;
    private static final int SAMPLES = 80_000;

    @DataProvider
    public Object[][] spectra() {
        return new Object[][] {
            {-30, new double[] {}},
            {-45, new double[] {-0.9}},
            {-45, new double[] {0.7}},
            {-50, new double[] {-0.95, 0.8, -0.3, 0.2, 0.1}},
            {-60, new double[] {-0.5, 0.3, -0.2, 0.1, 0.1, 0.05, 0.1, -0.1, 0.2, 0.1}},
        };
    }

    @Test(dataProvider = "spectra")
    public void theLevelIsKeptWhateverTheSpectrum(int levelDbov, double[] reflection) {
        short[] pcm = noise(levelDbov, reflection);

        assertThat(Level.rmsDbov(pcm, SETTLING, SAMPLES)).isCloseTo(levelDbov, Offset.offset(0.5));
    }

    /// The coefficients are found again in the noise that was made of them.
    @Test(dataProvider = "spectra")
    public void theSpectrumIsThatOfTheCoefficients(int levelDbov, double[] reflection) {
        double[] found = reflectionOf(noise(levelDbov, reflection), reflection.length);

        for (int i = 0; i < reflection.length; i++) {
            assertThat(found[i]).isCloseTo(reflection[i], Offset.offset(0.04));
        }
    }

    @Test
    public void whiteNoiseRepeatsNothing() {
        double[] found = reflectionOf(noise(-30, new double[] {}), 20);

        for (double k : found) {
            assertThat(k).isCloseTo(0, Offset.offset(0.02));
        }
    }

    @Test
    public void hostileCoefficientsStayWithinSixteenBits() {
        ComfortNoise noise = new ComfortNoise();
        short[] pcm = new short[16_000];
        Random random = new Random(3389);
        double[] special = {Double.NaN, Double.POSITIVE_INFINITY, -1, 1, 1e300, -1e300, 0};
        for (int round = 0; round < 500; round++) {
            double[] reflection = new double[random.nextInt(40)];
            for (int i = 0; i < reflection.length; i++) {
                reflection[i] =
                        random.nextBoolean()
                                ? special[random.nextInt(special.length)]
                                : random.nextDouble() * 4 - 2;
            }
            noise.shape(-random.nextInt(128), reflection, reflection.length);
            noise.fill(pcm, 0, 320);
            assertThat(noise.next()).isFinite();
        }

        noise.white(-50);
        noise.fill(pcm, 0, pcm.length);
        assertThat(Level.rmsDbov(pcm, 8000, 8000)).isCloseTo(-50, Offset.offset(0.5));
    }

    @Test
    public void silenceIsSilence() {
        ComfortNoise noise = new ComfortNoise();
        short[] pcm = new short[2000];
        noise.fill(pcm, 0, 160);
        assertThat(pcm).containsOnly(0);

        noise.white(-40);
        noise.fill(pcm, 0, 2000);
        noise.white(Level.SILENCE_DBOV);
        noise.fill(pcm, 0, 2000);
        noise.fill(pcm, 0, 2000);

        assertThat(pcm).containsOnly(0);
    }

    @Test
    public void aLevelComesGradually() {
        ComfortNoise noise = new ComfortNoise();
        short[] pcm = new short[8];

        noise.white(-20);
        noise.fill(pcm, 0, 8);

        assertThat(Level.rmsDbov(pcm, 0, 8)).isLessThan(-32);
    }

    private static short[] noise(int levelDbov, double[] reflection) {
        short[] pcm = new short[SETTLING + SAMPLES];
        ComfortNoise noise = new ComfortNoise();
        noise.shape(levelDbov, reflection, reflection.length);
        noise.fill(pcm, 0, pcm.length);
        return pcm;
    }

    /// By the Levinson-Durbin recursion on the autocorrelation.
    private static double[] reflectionOf(short[] pcm, int order) {
        double[] r = new double[order + 1];
        for (int lag = 0; lag <= order; lag++) {
            for (int i = SETTLING + lag; i < pcm.length; i++) {
                r[lag] += pcm[i] * (double) pcm[i - lag];
            }
        }
        double[] a = new double[order + 1];
        double[] k = new double[order];
        double error = r[0];
        for (int i = 1; i <= order; i++) {
            double sum = r[i];
            for (int j = 1; j < i; j++) {
                sum += a[j] * r[i - j];
            }
            k[i - 1] = -sum / error;
            double[] before = a.clone();
            for (int j = 1; j < i; j++) {
                a[j] = before[j] + k[i - 1] * before[i - j];
            }
            a[i] = k[i - 1];
            error *= 1 - k[i - 1] * k[i - 1];
        }
        return k;
    }
}
