package offhook.e2e.process;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waiting for something that others do, always with a deadline.
public final class Await {
    private static final long SHORTEST_POLL_NANOS = 5_000_000;
    private static final long LONGEST_POLL_NANOS = 25_000_000;

    private Await() {}

    /// Returns as soon as `condition` holds.
    ///
    /// @param what names the event in the message of the failure
    /// @throws IllegalStateException if it does not hold in time
    public static void until(String what, Duration limit, BooleanSupplier condition) {
        if (!within(limit, condition)) {
            throw new IllegalStateException(
                    "waited " + limit.toMillis() + " ms in vain for: " + what);
        }
    }

    /// Says whether `condition` came true within `limit`.
    public static boolean within(Duration limit, BooleanSupplier condition) {
        long startNanos = System.nanoTime();
        long askedNanos = startNanos;
        while (!condition.getAsBoolean()) {
            long now = System.nanoTime();
            if (now - startNanos >= limit.toNanos()) {
                return false;
            }
            LockSupport.parkNanos(pollNanos(now - startNanos, now - askedNanos));
            askedNanos = System.nanoTime();
        }
        return true;
    }

    /// Who has waited for long may wait a little longer, and no condition takes more than half of a
    /// core from those who are waited for: some decode all that was heard so far.
    ///
    /// @param tookNanos the last look at the condition
    private static long pollNanos(long waitedNanos, long tookNanos) {
        long wanted = Math.max(waitedNanos / 20, tookNanos);
        return Math.clamp(wanted, SHORTEST_POLL_NANOS, LONGEST_POLL_NANOS);
    }
}
