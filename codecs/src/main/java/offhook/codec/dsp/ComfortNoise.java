package offhook.codec.dsp;

/// Makes background noise of a given level, white or with the spectrum of a noise that reflection
/// coefficients describe (RFC 3389 §3). Owned by one thread at a time; allocates nothing per
/// packet.
public final class ComfortNoise {

    /*
     * White noise goes through an all-pole lattice filter, whose coefficients are the reflection
     * coefficients k themselves: stable whatever they are as long as each lies between -1 and 1.
     * The filter raises the power by 1 / product(1 - k^2), so the noise that goes in is that much
     * quieter. The sign of k is that of A(z) = 1 + a1/z + ..., k1 = -R(1)/R(0): low-pitched noise
     * has a negative k1.
     */

    /// More coefficients are left out.
    public static final int MAX_ORDER = 12;

    /// Nearer to 1 a filter would ring for longer than a pause lasts.
    private static final double LARGEST_COEFFICIENT = 0.995;

    /// Changes of level are spread over about this many samples, so that none clicks.
    private static final double SMOOTHING_SAMPLES = 64;

    /// A uniform distribution from -1 to 1 has a variance of 1/3.
    private static final double TO_UNIFORM = Math.sqrt(3) / (1L << 31);

    private final double[] reflection = new double[MAX_ORDER];
    private final double[] backward = new double[MAX_ORDER + 1];
    private int order;
    private double rms;
    private double targetRms;
    private int random = 0x2545_F491;

    /// White noise from now on.
    ///
    /// @param levelDbov [Level#SILENCE_DBOV] and below is silence
    public void white(double levelDbov) {
        shape(levelDbov, reflection, 0);
    }

    /// Noise with a spectrum from now on.
    ///
    /// @param levelDbov of what comes out
    /// @param coefficients at least `count` reflection coefficients; hostile ones do no harm
    /// @param count 0: white
    public void shape(double levelDbov, double[] coefficients, int count) {
        int newOrder = Math.min(count, MAX_ORDER);
        double gain = 1;
        for (int i = 0; i < newOrder; i++) {
            double k = coefficients[i];
            // What is no number at all is no coefficient either.
            reflection[i] =
                    Double.isNaN(k) ? 0 : Math.clamp(k, -LARGEST_COEFFICIENT, LARGEST_COEFFICIENT);
            gain *= 1 - reflection[i] * reflection[i];
        }
        for (int i = newOrder; i < order; i++) {
            backward[i + 1] = 0;
        }
        order = newOrder;
        targetRms = levelDbov <= Level.SILENCE_DBOV ? 0 : Level.toRms(levelDbov) * Math.sqrt(gain);
    }

    /// Writes the next samples.
    public void fill(short[] pcm, int offset, int samples) {
        for (int i = offset; i < offset + samples; i++) {
            pcm[i] =
                    (short) Math.clamp(Math.round(next()), Short.MIN_VALUE, (long) Short.MAX_VALUE);
        }
    }

    /// The next sample on the scale of 16 bit, neither rounded nor limited.
    double next() {
        rms += (targetRms - rms) / SMOOTHING_SAMPLES;
        // Marsaglia's xorshift: all 32 bits, period 2^32 - 1.
        random ^= random << 13;
        random ^= random >>> 17;
        random ^= random << 5;
        double forward = random * TO_UNIFORM * rms;
        for (int i = order - 1; i >= 0; i--) {
            forward -= reflection[i] * backward[i];
            backward[i + 1] = backward[i] + reflection[i] * forward;
        }
        backward[0] = forward;
        return forward;
    }
}
