package offhook.doctor;

import java.util.ArrayList;
import java.util.List;

/// Watches one figure for times in which it is over a limit. A spell begins with the first moment
/// that is over, goes on through short recoveries, and counts when it has lasted long enough. Pure:
/// time is what it is told.
final class Spell {

    /// Of a call in which it comes and goes without end the first ones are told.
    private static final int MOST = 20;

    private final double limit;
    private final long leastNanos;
    private final long gapNanos;
    private final List<Found> over = new ArrayList<>();

    private boolean open;
    private long fromNanos;
    private long toNanos;
    private double weighted;
    private double weight;
    private double worst;

    /// @param limit from where on the figure is wrong
    /// @param leastNanos shorter spells are none
    /// @param gapNanos how long the figure must be right until a spell is over
    Spell(double limit, long leastNanos, long gapNanos) {
        this.limit = limit;
        this.leastNanos = leastNanos;
        this.gapNanos = gapNanos;
    }

    /// A spell.
    ///
    /// @param mean of the figure, over its time
    /// @param worst of it
    record Found(long fromNanos, long toNanos, double mean, double worst) {}

    /// The figure was this for a while; NaN: nobody knows, which ends nothing and begins nothing.
    void note(double value, long from, long to) {
        if (value >= limit) {
            if (open && from - toNanos > gapNanos) {
                close();
            }
            if (!open) {
                open = true;
                fromNanos = from;
                weighted = 0;
                weight = 0;
                worst = value;
            }
            toNanos = to;
            weighted += value * (to - from);
            weight += to - from;
            worst = Math.max(worst, value);
        } else if (open && to - toNanos > gapNanos) {
            close();
        }
    }

    private void close() {
        open = false;
        if (toNanos - fromNanos >= leastNanos && over.size() < MOST) {
            over.add(now());
        }
    }

    private Found now() {
        return new Found(fromNanos, toNanos, weight == 0 ? worst : weighted / weight, worst);
    }

    /// All spells so far, one that lasts included.
    List<Found> found() {
        List<Found> all = new ArrayList<>(over);
        if (open && toNanos - fromNanos >= leastNanos) {
            all.add(now());
        }
        return all;
    }
}
