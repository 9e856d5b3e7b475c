package offhook.web;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import offhook.runtime.NanoClock;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;

/// Closes HTTP connections on which no whole request head arrives for too long: an idle time-out
/// alone is fooled by one byte now and then. WebSockets are no HTTP connections any more and are
/// left alone. Safe for any thread.
final class SlowRequestGuard extends AbstractLifeCycle implements Connection.Listener {

    private static final long SWEEP_MILLIS = 1_000;

    private final Scheduler scheduler;
    private final NanoClock clock;
    private final long limitNanos;
    private final Map<Connection, Progress> connections = new ConcurrentHashMap<>();

    /// @param requestHeadNanos how long a request head may take
    SlowRequestGuard(Scheduler scheduler, NanoClock clock, long requestHeadNanos) {
        this.scheduler = scheduler;
        this.clock = clock;
        this.limitNanos = requestHeadNanos;
    }

    /// @param requests that arrived so far
    /// @param sinceNanos when the last of them did
    private record Progress(long requests, long sinceNanos) {}

    @Override
    protected void doStart() {
        sweepLater();
    }

    @Override
    public void onOpened(Connection connection) {
        if (connection instanceof ConnectionMetaData) {
            connections.put(connection, new Progress(0, clock.nanoTime()));
        }
    }

    @Override
    public void onClosed(Connection connection) {
        connections.remove(connection);
    }

    private void sweepLater() {
        scheduler.schedule(
                () -> {
                    sweep();
                    if (isRunning() || isStarting()) {
                        sweepLater();
                    }
                },
                SWEEP_MILLIS,
                TimeUnit.MILLISECONDS);
    }

    private void sweep() {
        long now = clock.nanoTime();
        connections.forEach((connection, progress) -> {
            long requests = connection.getMessagesIn();
            boolean serving = requests > connection.getMessagesOut();
            if (serving || requests != progress.requests()) {
                connections.replace(connection, progress, new Progress(requests, now));
            } else if (now - progress.sinceNanos() > limitNanos) {
                connection.getEndPoint().close();
            }
        });
    }
}
