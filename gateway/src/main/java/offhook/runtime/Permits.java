package offhook.runtime;

import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;

/// Bounds how many virtual threads do something expensive at one time; the others wait in order.
public final class Permits {

    private final Semaphore semaphore;

    /// @param count how many at one time
    public Permits(int count) {
        this.semaphore = new Semaphore(count, true);
    }

    /// Takes a permit, waiting at most `timeoutNanos`.
    ///
    /// @return false when none came free in time, or the waiting was interrupted
    public boolean acquire(long timeoutNanos) {
        try {
            return semaphore.tryAcquire(timeoutNanos, TimeUnit.NANOSECONDS);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    /// Gives a permit back.
    public void release() {
        semaphore.release();
    }
}
