package offhook.codec.dsp;

/// Changes the sample rate of a whole recording, for measuring: quality first, no delay. The packet
/// path has no use for it, since each codec runs at the trunk's rate.
public final class Resampler {

    /*
     * Between two rates with the ratio up/down, output sample n lies at input time n*down/up. It
     * is the sum of the inputs around that time, weighted by a sinc of the lower rate's bandwidth
     * under a Kaiser window. Only `up` different positions between two inputs occur, so there are
     * `up` sets of weights ("phases"), computed once. [A. V. Oppenheim, R. W. Schafer:
     * Discrete-Time Signal Processing, sections 4.6 and 7.5]
     */

    /// Zero crossings of the sinc on each side; more is a steeper edge.
    private static final int ZERO_CROSSINGS = 96;

    /// The pass band as a part of the lower rate's bandwidth.
    private static final double PASS_BAND = 0.97;

    /// Side lobes of the window about 90 dB down.
    private static final double KAISER_BETA = 9;

    private final int up;
    private final int down;
    private final int reach;
    private final double[][] phases;

    public Resampler(int fromHz, int toHz) {
        int divisor = gcd(fromHz, toHz);
        up = toHz / divisor;
        down = fromHz / divisor;
        // In input samples: the sinc stretches when the output rate is the lower one.
        double stretch = Math.max(1.0, (double) down / up);
        reach = (int) Math.ceil(ZERO_CROSSINGS * stretch);
        phases = new double[up][2 * reach];
        for (int phase = 0; phase < up; phase++) {
            design(phases[phase], (double) phase / up, PASS_BAND / stretch);
        }
    }

    /// The recording at the new rate, from its first sample on.
    public double[] resample(double[] in) {
        double[] out = new double[(int) ((long) in.length * up / down)];
        for (int n = 0; n < out.length; n++) {
            long position = (long) n * down;
            int first = (int) (position / up) - reach + 1;
            double[] weights = phases[(int) (position % up)];
            int from = Math.max(0, -first);
            int to = Math.min(weights.length, in.length - first);
            double sum = 0;
            for (int k = from; k < to; k++) {
                sum += weights[k] * in[first + k];
            }
            out[n] = sum;
        }
        return out;
    }

    /// The recording at the new rate, rounded and limited to 16 bit.
    public short[] resample(short[] in) {
        double[] exact = new double[in.length];
        for (int i = 0; i < in.length; i++) {
            exact[i] = in[i];
        }
        exact = resample(exact);
        short[] out = new short[exact.length];
        for (int i = 0; i < out.length; i++) {
            out[i] = (short) Math.clamp(Math.round(exact[i]), Short.MIN_VALUE, Short.MAX_VALUE);
        }
        return out;
    }

    /// Weights of the inputs at -reach+1 .. reach around a point `fraction` after input 0.
    private void design(double[] weights, double fraction, double bandwidth) {
        double sum = 0;
        for (int k = 0; k < weights.length; k++) {
            double time = k - reach + 1 - fraction;
            double edge = time / reach;
            double window =
                    edge * edge >= 1
                            ? 0
                            : besselI0(KAISER_BETA * Math.sqrt(1 - edge * edge))
                                    / besselI0(KAISER_BETA);
            weights[k] = bandwidth * sinc(bandwidth * time) * window;
            sum += weights[k];
        }
        // Every phase passes a constant unchanged, or a tone would be modulated.
        for (int k = 0; k < weights.length; k++) {
            weights[k] /= sum;
        }
    }

    private static double sinc(double x) {
        return Math.abs(x) < 1e-9 ? 1 : Math.sin(Math.PI * x) / (Math.PI * x);
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

    private static int gcd(int a, int b) {
        return b == 0 ? a : gcd(b, a % b);
    }
}
