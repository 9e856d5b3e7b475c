package offhook.codec.dsp;

import java.util.Arrays;

/// The smallest of the recent values, forgotten in steps: speech pauses between syllables, so the
/// smallest power of the last seconds is that of the background. [R. Martin: "Noise Power Spectral
/// Density Estimation Based on Optimal Smoothing and Minimum Statistics", IEEE Trans. Speech and
/// Audio Processing 9(5), 2001]
final class MinimumTracker {

    private static final int SPANS = 8;

    private final int valuesPerSpan;
    private final double[] minima = new double[SPANS];
    private int span;
    private int valuesInSpan;
    private long values;
    private double smallest = Double.MAX_VALUE;

    /// @param memory how many values are remembered at least
    MinimumTracker(int memory) {
        valuesPerSpan = Math.max(1, memory / (SPANS - 1));
        Arrays.fill(minima, Double.MAX_VALUE);
    }

    void add(double value) {
        values++;
        if (valuesInSpan == valuesPerSpan) {
            valuesInSpan = 0;
            span = (span + 1) % SPANS;
            minima[span] = Double.MAX_VALUE;
            smallest = Double.MAX_VALUE;
            for (double minimum : minima) {
                smallest = Math.min(smallest, minimum);
            }
        }
        valuesInSpan++;
        minima[span] = Math.min(minima[span], value);
        smallest = Math.min(smallest, value);
    }

    /// How many values there were in all.
    long values() {
        return values;
    }

    /// The largest double as long as there was none.
    double smallest() {
        return smallest;
    }
}
