package offhook.rtp;

/// Keeps the offsets (arrival less media time) of the most recent packets and says when their media
/// should play: see the essay in [PlayoutBuffer].
final class LatenessWindow {

    static final long MARGIN_NANOS = 1_500_000L;
    static final long LEAST_TARGET_NANOS = 2_000_000L;
    static final long MOST_TARGET_NANOS = 120_000_000L;

    private static final int PACKETS = 64;
    private static final long SHORTER_PATH_NANOS = 15_000_000L;
    private static final long AGE_NANOS = 4_000_000_000L;

    /// How many of the latest of 64 packets lie above the 95th percentile.
    private static final int ABOVE = 3;

    /// Packets from which on the window is trusted; with fewer, after a pause or on a new line, it
    /// aims no lower than before.
    private static final int TRUSTED = 16;

    private final long[] offsets = new long[PACKETS];
    private final long[] arrivals = new long[PACKETS];
    private final long[] top = new long[ABOVE + 1];
    private int next;
    private int count;
    private long least;
    private long late95;
    private long carriedTarget = LEAST_TARGET_NANOS;

    void add(long offsetNanos, long arrivalNanos) {
        if (count > 0 && offsetNanos < least - SHORTER_PATH_NANOS) {
            // What was waited for on a longer path, or held back in an outage, says nothing of this
            // one.
            restart();
        }
        offsets[next] = offsetNanos;
        arrivals[next] = arrivalNanos;
        next = (next + 1) & (PACKETS - 1);
        count = Math.min(count + 1, PACKETS);
        while (count > 1 && arrivalNanos - arrivals[(next - count) & (PACKETS - 1)] > AGE_NANOS) {
            count--;
        }
        judge();
    }

    private void judge() {
        int above = count * ABOVE / PACKETS;
        int kept = 0;
        long lowest = Long.MAX_VALUE;
        for (int i = 1; i <= count; i++) {
            long offset = offsets[(next - i) & (PACKETS - 1)];
            lowest = Math.min(lowest, offset);
            kept = keep(offset, kept, above + 1);
        }
        least = lowest;
        late95 = top[above] - lowest;
        if (count >= TRUSTED) {
            carriedTarget = target();
        }
    }

    /// Keeps the greatest offsets in `top`, the greatest first.
    private int keep(long offset, int kept, int wanted) {
        if (kept == wanted && offset <= top[kept - 1]) {
            return kept;
        }
        int at = kept < wanted ? kept : kept - 1;
        while (at > 0 && top[at - 1] < offset) {
            top[at] = top[at - 1];
            at--;
        }
        top[at] = offset;
        return Math.min(kept + 1, wanted);
    }

    /// Forgets the offsets, as another line has begun, but not how late packets have been.
    void restart() {
        count = 0;
    }

    long leastNanos() {
        return least;
    }

    long lateness95Nanos() {
        return late95;
    }

    long targetNanos() {
        return count < TRUSTED ? Math.max(target(), carriedTarget) : target();
    }

    private long target() {
        return Math.clamp(late95 + MARGIN_NANOS, LEAST_TARGET_NANOS, MOST_TARGET_NANOS);
    }

    long playoutOffsetNanos() {
        return least + targetNanos();
    }
}
