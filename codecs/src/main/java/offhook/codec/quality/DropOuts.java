package offhook.codec.quality;

/// Gaps in which the reference speaks and the degraded signal does not.
public final class DropOuts {

    private static final int SAMPLE_RATE_HZ = 8000;
    private static final int FRAME_MILLIS = 5;
    private static final int FRAME = SAMPLE_RATE_HZ / 1000 * FRAME_MILLIS;

    /// The reference speaks while it is at most this far below its loudest 5 ms.
    private static final double SPEECH_RANGE_DB = 35;

    /// The degraded signal is missing while it is this far below the reference.
    private static final double MISSING_DB = 20;

    private DropOuts() {}

    /// Counts gaps longer than `longerThanMillis`, to 5 ms.
    ///
    /// @param reference the clean signal
    /// @param degraded what became of it, aligned with it; what is longer is cut off
    public static int count(Recording reference, Recording degraded, int longerThanMillis) {
        double[] x = energies(reference);
        double[] y = energies(degraded);
        double speech = 0;
        for (double energy : x) {
            speech = Math.max(speech, energy * Math.pow(10, -SPEECH_RANGE_DB / 10));
        }
        double missing = Math.pow(10, -MISSING_DB / 10);
        int count = 0;
        int gap = 0;
        for (int i = 0; i < Math.min(x.length, y.length); i++) {
            boolean inGap = x[i] > speech && y[i] < missing * x[i];
            gap = inGap ? gap + 1 : 0;
            if (gap == longerThanMillis / FRAME_MILLIS + 1) {
                count++;
            }
        }
        return count;
    }

    private static double[] energies(Recording recording) {
        double[] signal = recording.at(SAMPLE_RATE_HZ).signal();
        double[] energies = new double[signal.length / FRAME];
        for (int i = 0; i < energies.length * FRAME; i++) {
            energies[i / FRAME] += signal[i] * signal[i];
        }
        return energies;
    }
}
