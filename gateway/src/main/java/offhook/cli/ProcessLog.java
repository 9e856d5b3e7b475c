package offhook.cli;

import java.io.PrintStream;
import java.time.Duration;
import offhook.runtime.Mailbox;
import offhook.runtime.Threads;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.status.StatusData;
import org.apache.logging.log4j.status.StatusListener;
import org.apache.logging.log4j.status.StatusLogger;

/// Keeps the log from holding up who logs, where the log's own configuration cannot.
///
/// What log4j has to say of itself, such as that lines find no room any more, it would print to
/// standard error on the thread that logged. That is the very place that takes nothing when its
/// reader (journald, a container's log driver) stands still, and the thread may be a call's or a
/// media loop's. A thread of its own prints it instead, and may wait.
final class ProcessLog implements StatusListener {

    /// log4j says the same thing at most three times in five minutes.
    private static final int MOST_WAITING = 64;

    /// How long the last lines may take at the end.
    static final Duration LAST_LINES = Duration.ofSeconds(5);

    private final Mailbox<StatusData> waiting = new Mailbox<>(MOST_WAITING, 0);
    private final PrintStream out;

    private ProcessLog(PrintStream out) {
        this.out = out;
    }

    /// Takes over what log4j says of itself, for as long as the process lives.
    ///
    /// @param out where it is said
    static void takeOver(PrintStream out) {
        ProcessLog log = new ProcessLog(out);
        Threads.platform("log-status", log::print).start();
        StatusLogger.getLogger().registerListener(log);
    }

    /// Writes the lines that wait and closes the log.
    ///
    /// @param patience how long whoever calls waits for that: a reader may have gone to sleep
    static void end(Duration patience) {
        Thread last = Threads.platform("log-end", LogManager::shutdown);
        last.start();
        try {
            last.join(patience);
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    private void print() {
        try {
            while (true) {
                out.println(waiting.take().getFormattedStatus());
            }
        } catch (InterruptedException _) {
            Thread.currentThread().interrupt();
        }
    }

    /// Any thread; never waits.
    @Override
    public void log(StatusData data) {
        waiting.offer(data);
    }

    /// As the log's configuration says: its attribute `status`.
    @Override
    public Level getStatusLevel() {
        return StatusLogger.getLogger().getFallbackListener().getStatusLevel();
    }

    /// Nothing to close: standard error is not ours.
    @Override
    public void close() {}
}
