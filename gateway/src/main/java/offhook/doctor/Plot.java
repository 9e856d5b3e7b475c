package offhook.doctor;

import com.fasterxml.jackson.databind.node.ArrayNode;
import java.util.Arrays;

/// One figure of a leg over a call's time, a number of two bytes for each step. What nobody
/// measured is unknown.
final class Plot {

    private static final short UNKNOWN = Short.MIN_VALUE;
    private static final int FIRST_SLOTS = 64;

    /// How many of its units are one of the figure.
    private final int scale;

    private final boolean lowIsBad;
    private short[] values = new short[0];

    /// @param scale how many steps one unit of the figure has
    /// @param lowIsBad whether the lowest of several values is the worst
    Plot(int scale, boolean lowIsBad) {
        this.scale = scale;
        this.lowIsBad = lowIsBad;
    }

    /// The figure in a step, NaN where unknown; the worst stays of several.
    void note(int step, double value) {
        if (Double.isNaN(value)) {
            return;
        }
        if (step >= values.length) {
            int before = values.length;
            values = Arrays.copyOf(values, Math.max(FIRST_SLOTS, Math.max(step + 1, 2 * before)));
            Arrays.fill(values, before, values.length, UNKNOWN);
        }
        short told = (short) Math.clamp(Math.round(value * scale), 0, Short.MAX_VALUE);
        values[step] = worse(values[step], told);
    }

    /// Two steps become one.
    void coarsen() {
        for (int i = 0; i < values.length; i++) {
            int from = 2 * i;
            values[i] =
                    from >= values.length
                            ? UNKNOWN
                            : worse(
                                    values[from],
                                    from + 1 < values.length ? values[from + 1] : UNKNOWN);
        }
    }

    private short worse(short one, short other) {
        if (one == UNKNOWN || other == UNKNOWN) {
            return one == UNKNOWN ? other : one;
        }
        return (short) (lowIsBad ? Math.min(one, other) : Math.max(one, other));
    }

    void write(ArrayNode to, int steps) {
        for (int i = 0; i < steps; i++) {
            if (i >= values.length || values[i] == UNKNOWN) {
                to.addNull();
            } else if (scale == 1) {
                to.add((int) values[i]);
            } else {
                to.add((double) values[i] / scale);
            }
        }
    }
}
