package offhook.cdr;

import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import offhook.runtime.Threads;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Ends one question to the database when it takes too long, by a thread of its own: the time-out
/// of JDBC is, with SQLite, that of waiting for locks only. A platform thread: it must come to run
/// while searches hold whatever runs virtual ones.
final class SearchLimit implements AutoCloseable {

    private static final Logger LOG = LogManager.getLogger(SearchLimit.class);

    private final Duration limit;
    private final Statement question;
    private final Thread watch;

    // Both guarded by its own monitor.
    private boolean answered;
    private boolean over;

    private SearchLimit(Duration limit, Statement question) {
        this.limit = limit;
        this.question = question;
        this.watch = Threads.platform("records-limit", this::watch);
    }

    /// From now on.
    static SearchLimit begin(Duration limit, Statement question) {
        SearchLimit begun = new SearchLimit(limit, question);
        begun.watch.start();
        return begun;
    }

    private void watch() {
        Threads.pause(limit.toNanos());
        synchronized (this) {
            if (answered) {
                return;
            }
            over = true;
            try {
                question.cancel();
            } catch (SQLException e) {
                LOG.warn("a search of call records cannot be ended", e);
            }
        }
    }

    /// What a failure of the question means.
    synchronized SlowSearchException orThrow(SQLException failure) throws SQLException {
        if (over) {
            return new SlowSearchException(limit, failure);
        }
        throw failure;
    }

    /// It is answered: what is asked next by the same connection is not to be ended instead.
    @Override
    public void close() {
        synchronized (this) {
            answered = true;
        }
        watch.interrupt();
    }
}
