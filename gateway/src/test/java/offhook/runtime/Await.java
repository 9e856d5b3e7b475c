package offhook.runtime;

import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.LockSupport;
import java.util.function.BooleanSupplier;

/// Waiting for what other threads do. Its patience is not what a test is about: it only ends a test
/// that would wait for ever, and a machine that stands still for seconds does not exhaust it.
public final class Await {

    /// How long anything is waited for.
    public static final int PATIENCE_MILLIS = 60_000;

    private static final long LOOK_NANOS = TimeUnit.MILLISECONDS.toNanos(5);

    private Await() {}

    /// Returns as soon as `condition` holds, which is looked at again and again.
    ///
    /// @param what names the event in the message of the failure
    public static void until(String what, BooleanSupplier condition) {
        long beganNanos = System.nanoTime();
        while (!condition.getAsBoolean()) {
            if (System.nanoTime() - beganNanos > TimeUnit.MILLISECONDS.toNanos(PATIENCE_MILLIS)) {
                throw new AssertionError("waited in vain for " + what);
            }
            LockSupport.parkNanos(LOOK_NANOS);
        }
    }
}
