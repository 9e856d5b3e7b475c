package offhook.rtp;

/// Keeps the offsets (arrival less media time) of the most recent packets and says when their media
/// should play: see the essay in [PlayoutBuffer].
final class LatenessWindow {

    static final long MARGIN_NANOS = 1_500_000L;
    static final long LEAST_TARGET_NANOS = 2_000_000L;

    /// Packets of the long window, which remembers what returns: 2.5 s.
    private static final int LONG = 128;

    /// Packets of the short window, which notices what begins, and forgets it soon if it was only
    /// the start of a call: 0.6 s.
    private static final int SHORT = 32;

    /// The first packets of a line, 1.3 s, which the long window leaves out: browsers bunch the
    /// first second of a call.
    private static final int FORGIVEN = 64;

    private static final int FIRST = 8;

    /// Packets from which on the window is trusted; with fewer, after a pause or on a new line, it
    /// aims no lower than before.
    private static final int TRUSTED = 16;

    private static final long SHORTER_PATH_NANOS = 15_000_000L;
    private static final long AGE_NANOS = 4_000_000_000L;

    private final long mostTargetNanos;
    private final long[] offsets = new long[LONG];
    private final long[] arrivals = new long[LONG];
    private final long[] shortTop = new long[above(SHORT) + 1];
    private final long[] longTop = new long[above(LONG) + 1];
    private int next;
    private int count;
    private int age;
    private int ofLine;
    private long least;
    private long late95;
    private long wait;
    private long carriedTarget = LEAST_TARGET_NANOS;

    /// @param mostTargetNanos what the delay never exceeds, however late packets are
    LatenessWindow(long mostTargetNanos) {
        this.mostTargetNanos = mostTargetNanos;
    }

    void add(long offsetNanos, long arrivalNanos) {
        if (ofLine >= FIRST && offsetNanos < least - SHORTER_PATH_NANOS) {
            // What was waited for on a longer path, or held back in an outage, says nothing of this
            // one. What comes at once when a line begins is a bunch, and more will follow.
            forget();
        }
        ofLine = Math.min(ofLine + 1, FIRST);
        offsets[next] = offsetNanos;
        arrivals[next] = arrivalNanos;
        next = (next + 1) & (LONG - 1);
        count = Math.min(count + 1, LONG);
        age = Math.min(age + 1, FORGIVEN + LONG);
        while (count > 1 && arrivalNanos - arrivals[(next - count) & (LONG - 1)] > AGE_NANOS) {
            count--;
        }
        judge();
    }

    private void judge() {
        int shortCount = Math.min(count, SHORT);
        int longCount = Math.min(count, Math.max(SHORT, age - FORGIVEN));
        int shortKept = 0;
        int longKept = 0;
        long lowest = Long.MAX_VALUE;
        for (int i = 1; i <= count; i++) {
            long offset = offsets[(next - i) & (LONG - 1)];
            lowest = Math.min(lowest, offset);
            if (i <= SHORT) {
                shortKept = keep(shortTop, offset, shortKept, above(shortCount) + 1);
            }
            if (i <= longCount) {
                longKept = keep(longTop, offset, longKept, above(longCount) + 1);
            }
        }
        least = lowest;
        late95 = Math.max(shortTop[above(shortCount)], longTop[above(longCount)]) - lowest;
        if (count >= TRUSTED) {
            carriedTarget = lateTarget();
        }
    }

    /// Aims so much later than the lateness alone asks for, from now on.
    void waitFor(long waitNanos) {
        wait = waitNanos;
    }

    long waitNanos() {
        return wait;
    }

    /// How many of so many packets lie above the 95th percentile.
    private static int above(int packets) {
        return packets / 20;
    }

    /// Keeps the greatest offsets, the greatest first.
    private static int keep(long[] top, long offset, int kept, int wanted) {
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
        ofLine = 0;
        forget();
    }

    private void forget() {
        count = 0;
        age = 0;
    }

    long leastNanos() {
        return least;
    }

    long lateness95Nanos() {
        return late95;
    }

    long targetNanos() {
        long late = lateTarget();
        return Math.min(
                (count < TRUSTED ? Math.max(late, carriedTarget) : late) + wait, mostTargetNanos);
    }

    private long lateTarget() {
        return Math.clamp(late95 + MARGIN_NANOS, LEAST_TARGET_NANOS, mostTargetNanos);
    }

    long playoutOffsetNanos() {
        return least + targetNanos();
    }
}
