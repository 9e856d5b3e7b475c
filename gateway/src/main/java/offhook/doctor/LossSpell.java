package offhook.doctor;

import java.util.ArrayList;
import java.util.List;
import java.util.OptionalLong;

/// Watches the packets of a stream for times in which too many do not arrive. One second is too
/// short to tell, so five count together; a spell is told from its first lost packet to its last.
/// Pure.
final class LossSpell {

    private static final long SECOND_NANOS = 1_000_000_000L;

    /// Seconds that count together.
    private static final int WINDOW = 5;

    /// With fewer packets in them a single one would be a disaster.
    private static final long FEWEST_EXPECTED = 25;

    /// Two in a row are hidden by concealment.
    private static final long FEWEST_LOST = 3;

    private static final int MOST = 20;

    private final double limitPercent;
    private final List<Spell.Found> over = new ArrayList<>();
    private final long[] fromNanos = new long[WINDOW];
    private final long[] toNanos = new long[WINDOW];
    private final long[] expected = new long[WINDOW];
    private final long[] lost = new long[WINDOW];
    private int at;

    private boolean open;
    private long beganNanos;
    private long lastNanos;
    private long lostInAll;
    private long expectedInAll;
    private long expectedSince;
    private double worst;

    /// Since when nothing has come, and how many packets a second came before that.
    private OptionalLong silentSinceNanos = OptionalLong.empty();

    private long usual;

    LossSpell(double limitPercent) {
        this.limitPercent = limitPercent;
    }

    /// A second of the stream.
    void note(long expectedNow, long lostNow, long from, long to) {
        at = (at + 1) % WINDOW;
        fromNanos[at] = lostNow > 0 ? sinceOf(lostNow, from, to) : from;
        toNanos[at] = to;
        expected[at] = expectedNow;
        lost[at] = lostNow;
        if (expectedNow == 0) {
            silentSinceNanos = OptionalLong.of(silentSinceNanos.orElse(from));
        } else {
            silentSinceNanos = OptionalLong.empty();
            usual = Math.max(1, expectedNow - lostNow);
        }
        long inWindow = sum(expected);
        long gone = sum(lost);
        double percent = inWindow == 0 ? 0 : 100.0 * gone / inWindow;
        boolean wrong =
                percent >= limitPercent && inWindow >= FEWEST_EXPECTED && gone >= FEWEST_LOST;
        if (wrong && !open) {
            begin();
        }
        if (!open) {
            return;
        }
        expectedSince += expectedNow;
        if (lostNow > 0) {
            lostInAll += lostNow;
            expectedInAll += expectedSince;
            expectedSince = 0;
            lastNanos = to;
            worst = Math.max(worst, percent);
        }
        if (!wrong) {
            close();
        }
    }

    /// Since when packets were lost of which a second tells: where none came at all, the first one
    /// after that shows what is missing.
    private long sinceOf(long lostNow, long from, long to) {
        if (silentSinceNanos.isEmpty() || usual == 0) {
            return from;
        }
        long lasted = lostNow * SECOND_NANOS / usual;
        return Math.min(from, Math.max(silentSinceNanos.getAsLong(), to - lasted));
    }

    /// With what was lost in the window already.
    private void begin() {
        open = true;
        lostInAll = 0;
        expectedInAll = 0;
        expectedSince = 0;
        worst = 0;
        boolean any = false;
        for (int i = 1; i < WINDOW; i++) {
            int earlier = (at + i) % WINDOW;
            if (!any && lost[earlier] > 0) {
                any = true;
                beganNanos = fromNanos[earlier];
            }
            if (any) {
                if (lost[earlier] > 0) {
                    lastNanos = toNanos[earlier];
                }
                lostInAll += lost[earlier];
                expectedInAll += expected[earlier];
            }
        }
        if (!any) {
            beganNanos = fromNanos[at];
            lastNanos = toNanos[at];
        }
    }

    private void close() {
        open = false;
        if (over.size() < MOST) {
            over.add(now());
        }
    }

    private Spell.Found now() {
        double mean = expectedInAll == 0 ? 0 : 100.0 * lostInAll / expectedInAll;
        return new Spell.Found(beganNanos, lastNanos, mean, worst);
    }

    private static long sum(long[] values) {
        long sum = 0;
        for (long value : values) {
            sum += value;
        }
        return sum;
    }

    /// All spells so far, one that lasts included.
    List<Spell.Found> found() {
        List<Spell.Found> all = new ArrayList<>(over);
        if (open && lostInAll > 0) {
            all.add(now());
        }
        return all;
    }
}
