package offhook.e2e.process;

import java.time.Duration;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waiting for something that others do, always with a deadline.
public final class Await {
    private static final long POLL_NANOS = 5_000_000;

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
        long deadlineNanos = System.nanoTime() + limit.toNanos();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - deadlineNanos >= 0) {
                return false;
            }
            LockSupport.parkNanos(POLL_NANOS);
        }
        return true;
    }
}
