package offhook.codec.dsp;

/// Doubles or halves the sample rate of a stream, as between telephone audio of 8 kHz and wideband
/// of 16 kHz. Delays by 2 ms. Owned by one thread at a time; allocates nothing per call.
public final class HalfBand {

    /*
     * A half-band filter is 1/2 at a quarter of the higher rate and has, seen from there, equal
     * ripples in pass and stop band. Every second of its weights is zero but the middle one: half
     * of the samples pass as they are, the others need one weight per pair of neighbours.
     * [P. P. Vaidyanathan: Multirate Systems and Filter Banks, section 4.6]
     */

    /// Weights on each side, of the neighbours at distances 1, 3, 5...
    private static final int PAIRS = 16;

    private static final int REACH = 2 * PAIRS - 1;
    private static final int CHUNK = 320;

    /// Side lobes of the window about 60 dB down.
    private static final double KAISER_BETA = 6;

    private static final float[] WEIGHTS = design();

    /// The latest inputs, then the chunk in work.
    private final float[] wide = new float[2 * REACH + CHUNK];

    private final float[] narrow = new float[2 * PAIRS - 1 + CHUNK];

    /// Halves the rate of an even number of samples. In place is allowed.
    ///
    /// @return samples written: half as many
    public int down(short[] in, int inOffset, int samples, short[] out, int outOffset) {
        for (int done = 0; done < samples; done += CHUNK) {
            int count = Math.min(CHUNK, samples - done);
            for (int i = 0; i < count; i++) {
                wide[2 * REACH + i] = in[inOffset + done + i];
            }
            for (int i = 0; i < count; i += 2) {
                int middle = REACH + i;
                float sum = wide[middle] / 2;
                for (int k = 0; k < PAIRS; k++) {
                    int distance = 2 * k + 1;
                    sum += WEIGHTS[k] * (wide[middle - distance] + wide[middle + distance]);
                }
                out[outOffset + (done + i) / 2] = rounded(sum);
            }
            System.arraycopy(wide, count, wide, 0, 2 * REACH);
        }
        return samples / 2;
    }

    /// Doubles the rate. `out` is another array.
    ///
    /// @return samples written: twice as many
    public int up(short[] in, int inOffset, int samples, short[] out, int outOffset) {
        int past = 2 * PAIRS - 1;
        for (int done = 0; done < samples; done += CHUNK) {
            int count = Math.min(CHUNK, samples - done);
            for (int i = 0; i < count; i++) {
                narrow[past + i] = in[inOffset + done + i];
            }
            for (int i = 0; i < count; i++) {
                int before = PAIRS - 1 + i;
                float sum = 0;
                for (int k = 0; k < PAIRS; k++) {
                    sum += WEIGHTS[k] * (narrow[before - k] + narrow[before + 1 + k]);
                }
                int at = outOffset + 2 * (done + i);
                out[at] = rounded(narrow[before]);
                out[at + 1] = rounded(2 * sum);
            }
            System.arraycopy(narrow, count, narrow, 0, past);
        }
        return 2 * samples;
    }

    private static short rounded(float value) {
        return (short) Math.clamp(Math.round(value), Short.MIN_VALUE, Short.MAX_VALUE);
    }

    private static float[] design() {
        double[] weights = new double[PAIRS];
        double sum = 0;
        for (int k = 0; k < PAIRS; k++) {
            double distance = 2 * k + 1;
            double edge = distance / (2 * PAIRS);
            double sinc = Math.sin(Math.PI * distance / 2) / (Math.PI * distance);
            weights[k] = sinc * besselI0(KAISER_BETA * Math.sqrt(1 - edge * edge));
            sum += weights[k];
        }
        float[] rounded = new float[PAIRS];
        for (int k = 0; k < PAIRS; k++) {
            // A constant passes unchanged: the middle weight and both sides give 1.
            rounded[k] = (float) (weights[k] / sum / 4);
        }
        return rounded;
    }

    /// The modified Bessel function of order 0, by its power series.
    private static double besselI0(double x) {
        double sum = 1;
        double term = 1;
        for (int k = 1; term > sum * 1e-16; k++) {
            term *= x / (2 * k) * (x / (2 * k));
            sum += term;
        }
        return sum;
    }
}
