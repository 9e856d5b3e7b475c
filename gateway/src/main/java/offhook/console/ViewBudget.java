package offhook.console;

import java.util.concurrent.atomic.AtomicLong;
import offhook.runtime.NanoClock;

/// Bounds how often views are asked for, all viewers together: a page asks once a second. Kept as
/// the moment until which what was asked is paid for, which may lie ahead by a burst. Any thread.
final class ViewBudget {

    /// So many pages may be open and seen.
    static final int VIEWERS = 30;

    private static final long COST_NANOS = 1_000_000_000L / VIEWERS;

    /// Pages ask at any moment of the second, and for more when they are opened.
    private static final long BURST_NANOS = 2 * VIEWERS * COST_NANOS;

    private final NanoClock clock;
    private final AtomicLong paidUntilNanos;

    ViewBudget(NanoClock clock) {
        this.clock = clock;
        this.paidUntilNanos = new AtomicLong(clock.nanoTime());
    }

    /// Takes one; false when there is none left.
    boolean take() {
        long now = clock.nanoTime();
        while (true) {
            long paid = paidUntilNanos.get();
            long next = (paid - now > 0 ? paid : now) + COST_NANOS;
            if (next - now > BURST_NANOS) {
                return false;
            }
            if (paidUntilNanos.compareAndSet(paid, next)) {
                return true;
            }
        }
    }
}
