package offhook.cdr;

import java.sql.SQLException;
import java.util.UUID;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// That this gateway lives, told to a database that others may share, so that two of one name learn
/// of each other. Owned by the thread of [RecordFeeder], except what says otherwise.
final class Presence {

    private static final Logger LOG = LogManager.getLogger(Presence.class);

    private final String node;

    /// Of this process, not of its folder: a machine may be a copy of another one.
    private final String run = UUID.randomUUID().toString();

    private boolean fails;

    /// Written by the thread, read by any.
    private volatile String namesake = "";

    Presence(String node) {
        this.node = node;
    }

    /// It lives, and looks for others of its name. A failure is no reason to hold records back.
    void show(RecordStore store) {
        if (!store.isShared()) {
            return;
        }
        try {
            namesake = store.showUp(run, node) ? node : "";
            fails = false;
        } catch (SQLException e) {
            if (!fails) {
                LOG.warn(
                        "nobody knows whether another gateway is called {}: {}",
                        node,
                        e.toString());
                fails = true;
            }
        }
    }

    /// It lives no more.
    void end(RecordStore store) {
        if (!store.isShared()) {
            return;
        }
        try {
            store.leave(run);
        } catch (SQLException e) {
            LOG.debug("the database is not told of the end", e);
        }
    }

    /// The name where another gateway that lives has it, too; empty: none. Any thread.
    String namesake() {
        return namesake;
    }
}
