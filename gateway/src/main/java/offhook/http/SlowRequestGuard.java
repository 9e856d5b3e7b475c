package offhook.http;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import offhook.runtime.NanoClock;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.server.ConnectionMetaData;
import org.eclipse.jetty.util.component.AbstractLifeCycle;
import org.eclipse.jetty.util.thread.Scheduler;

/// Closes HTTP connections on which a request head begins to arrive and does not end: an idle
/// time-out alone is fooled by one byte now and then. Idle connections are left to that time-out,
/// WebSockets are no HTTP connections any more. Safe for any thread.
public final class SlowRequestGuard extends AbstractLifeCycle implements Connection.Listener {

    private static final long SWEEP_MILLIS = 1_000;

    private final Scheduler scheduler;
    private final NanoClock clock;
    private final long limitNanos;
    private final Map<Connection, Progress> connections = new ConcurrentHashMap<>();

    /// @param requestHeadNanos how long a request head may take
    public SlowRequestGuard(Scheduler scheduler, NanoClock clock, long requestHeadNanos) {
        this.scheduler = scheduler;
        this.clock = clock;
        this.limitNanos = requestHeadNanos;
    }

    /// @param requests that arrived so far
    /// @param bytes that had arrived when nothing was half done
    /// @param sinceNanos when that was
    private record Progress(long requests, long bytes, long sinceNanos) {}

    @Override
    protected void doStart() {
        sweepLater();
    }

    @Override
    public void onOpened(Connection connection) {
        if (connection instanceof ConnectionMetaData) {
            connections.put(connection, new Progress(0, 0, clock.nanoTime()));
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
        connections.forEach((connection, progress) -> look(connection, progress, now));
    }

    private void look(Connection connection, Progress progress, long now) {
        long requests = connection.getMessagesIn();
        long bytes = connection.getBytesIn();
        boolean serving = requests > connection.getMessagesOut();
        boolean idle = bytes == progress.bytes();
        if (serving || idle || requests != progress.requests()) {
            connections.replace(connection, progress, new Progress(requests, bytes, now));
        } else if (now - progress.sinceNanos() > limitNanos
                && connections.remove(connection, progress)) {
            // Not when it became a WebSocket in the meantime.
            connection.getEndPoint().close();
        }
    }
}
