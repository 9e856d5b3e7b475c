package offhook.cli;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import java.util.function.Consumer;
import offhook.app.Gateway;
import offhook.runtime.Signals;
import offhook.runtime.Threads;

/// What signals do to a gateway: SIGHUP has it reload, SIGTERM and Ctrl-C stop it. Those that come
/// while it starts are heeded when it has; neither of them kills it on the way. Any thread.
final class Lifetime {

    /// Nothing that a start waits for takes longer.
    private static final Duration START_PATIENCE = Duration.ofSeconds(60);

    private final AtomicReference<Optional<Gateway>> gateway =
            new AtomicReference<>(Optional.empty());
    private final CountDownLatch decided = new CountDownLatch(1);
    private final AtomicBoolean hangup = new AtomicBoolean();

    /// Written by the thread that stops, read by the one that starts.
    private volatile boolean ending;

    /// Written by the thread that starts, read by the one that stops.
    private volatile boolean failed;

    /// Begins to heed signals.
    ///
    /// @param stop ends a gateway that runs
    /// @return false where the system has no SIGHUP
    boolean heedSignals(Consumer<Gateway> stop) {
        Threads.atProcessEnd("stop", () -> end(stop));
        return Signals.onHangup(() -> {
            hangup.set(true);
            reloadIfWanted();
        });
    }

    /// Whether the process is to end, so that nothing need be started any more.
    boolean isEnding() {
        return ending;
    }

    /// It runs.
    void started(Gateway running) {
        gateway.set(Optional.of(running));
        decided.countDown();
        reloadIfWanted();
    }

    /// It does not run, by its own fault or because the process ends.
    void notStarted(boolean byFault) {
        failed = byFault;
        decided.countDown();
    }

    private void reloadIfWanted() {
        gateway.get().filter(_ -> hangup.getAndSet(false)).ifPresent(Gateway::reload);
    }

    private void end(Consumer<Gateway> stop) {
        ending = true;
        try {
            if (!decided.await(START_PATIENCE.toSeconds(), TimeUnit.SECONDS) || failed) {
                return;
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
        gateway.get().ifPresent(stop);
        // Otherwise the JVM says that a signal killed it.
        Signals.leave(0);
    }
}
