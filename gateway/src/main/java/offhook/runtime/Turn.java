package offhook.runtime;

import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;

/// A command whose sender waits for it: it is either run by its owner or withdrawn by its sender,
/// whoever comes first.
final class Turn implements Runnable {

    private final Runnable command;
    private final AtomicBoolean decided = new AtomicBoolean();
    private final CountDownLatch done = new CountDownLatch(1);

    Turn(Runnable command) {
        this.command = command;
    }

    @Override
    public void run() {
        if (decided.compareAndSet(false, true)) {
            try {
                command.run();
            } finally {
                done.countDown();
            }
        }
    }

    /// Waits until it was run.
    ///
    /// @return false when it was not in time
    boolean await(long nanos) throws InterruptedException {
        return done.await(nanos, TimeUnit.NANOSECONDS);
    }

    /// Takes it back; one that has begun is waited for instead, interrupted or not.
    ///
    /// @return whether it never runs
    boolean withdraw() {
        if (decided.compareAndSet(false, true)) {
            return true;
        }
        boolean interrupted = false;
        while (true) {
            try {
                done.await();
                break;
            } catch (InterruptedException _) {
                interrupted = true;
            }
        }
        if (interrupted) {
            Thread.currentThread().interrupt();
        }
        return false;
    }
}
