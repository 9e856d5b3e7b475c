package offhook.codec.dsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class ResamplerTest {

    @DataProvider
    public Object[][] rates() {
        return new Object[][] {
            {48_000, 8_000}, {8_000, 10_000}, {16_000, 8_000}, {44_100, 8_000}, {8_000, 48_000}
        };
    }

    @Test(dataProvider = "rates")
    public void aSineStaysTheSameSineAtTheSameTime(int fromHz, int toHz) {
        double[] out = new Resampler(fromHz, toHz).resample(sine(fromHz, 1000, fromHz));
        double[] expected = sine(toHz, 1000, toHz);

        assertThat(out).hasSize(toHz);
        // The edges, where the filter looks beyond the recording, are left out.
        for (int i = toHz / 10; i < toHz * 9 / 10; i++) {
            assertThat(out[i]).as("%d", i).isCloseTo(expected[i], within(1.0));
        }
    }

    @Test
    public void whatTheLowerRateCannotHoldIsRemoved() {
        double[] out = new Resampler(48_000, 8_000).resample(sine(48_000, 4_050, 48_000));
        double peak = 0;
        for (int i = 800; i < 7200; i++) {
            peak = Math.max(peak, Math.abs(out[i]));
        }

        // 80 dB below the 10,000 that went in.
        assertThat(peak).isLessThan(1.0);
    }

    @Test
    public void thePassBandReaches3700Hertz() {
        double[] out = new Resampler(48_000, 8_000).resample(sine(48_000, 3_700, 48_000));
        double[] expected = sine(8_000, 3_700, 8_000);

        for (int i = 800; i < 7200; i++) {
            assertThat(out[i]).isCloseTo(expected[i], within(100.0));
        }
    }

    @Test
    public void sixteenBitIsLimitedNotWrapped() {
        short[] square = new short[800];
        for (int i = 0; i < square.length; i++) {
            square[i] = i / 100 % 2 == 0 ? Short.MAX_VALUE : Short.MIN_VALUE;
        }

        short[] out = new Resampler(8_000, 16_000).resample(square);

        for (int i = 20; i < 180; i++) {
            assertThat(out[i]).as("%d", i).isGreaterThan((short) 20_000);
        }
    }

    private static double[] sine(int rateHz, double frequencyHz, int samples) {
        double[] signal = new double[samples];
        for (int i = 0; i < samples; i++) {
            signal[i] = 10_000 * Math.sin(2 * Math.PI * frequencyHz * i / rateHz);
        }
        return signal;
    }
}
