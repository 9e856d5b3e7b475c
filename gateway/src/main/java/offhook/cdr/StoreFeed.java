package offhook.cdr;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;
import offhook.config.RecordsConfig;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// Brings entries into the database. Owned by the thread of [RecordFeeder], except what says
/// otherwise.
final class StoreFeed implements AutoCloseable {

    private static final Logger LOG = LogManager.getLogger(StoreFeed.class);

    /// How many records one statement deletes.
    static final int FORGOTTEN_AT_ONCE = 1000;

    /// Connects to the database. It may take as long as it likes.
    @FunctionalInterface
    interface Opener {
        RecordStore open(RecordsConfig config) throws SQLException;
    }

    private final RecordsConfig config;
    private final Opener opener;
    private final RecordFolder folder;
    private final Presence presence;
    private final Clock wallClock;

    private @Nullable RecordStore store;

    /// Whether it was open once: a file that is gone then is not made anew.
    private boolean known;

    private int forgotten;
    private final AtomicLong stored = new AtomicLong();
    private final AtomicLong refused = new AtomicLong();

    // Written by the thread, read by any.
    private volatile boolean fails;
    private volatile String lastError = "";

    /// Written by whoever stops.
    private volatile boolean givenUp;

    /// Written by whoever reads the configuration.
    private volatile Optional<Duration> kept;

    /// @param node what the gateway is called
    StoreFeed(
            RecordsConfig config,
            RecordFolder folder,
            String node,
            Clock wallClock,
            Opener opener) {
        this.config = config;
        this.opener = opener;
        this.folder = folder;
        this.presence = new Presence(node);
        this.wallClock = wallClock;
        this.kept = config.keep();
    }

    /// For how long records stay from now on; empty: for good. Any thread.
    void keepFor(Optional<Duration> time) {
        kept = time;
    }

    /// Whether it is a file on the disk of the folder, which is not in use now.
    boolean isAway() {
        return !folder.isHeld()
                && Dialect.of(config.url()).file(config.url()).filter(folder::holds).isPresent();
    }

    /// Brings in all that the journal holds, then what only memory does.
    ///
    /// @return false when the database does not take anything now
    boolean feed(Spool spool) {
        Journal journal = folder.journal();
        try {
            opened();
            // Looked at before the journal: what comes to lie there meanwhile goes before it.
            Spool.Waiting inMemory = spool.waiting();
            while (!journal.isEmpty() && !givenUp) {
                Journal.Lines next = journal.next();
                write(entries(next.lines()));
                journal.take(next);
            }
            if (!spool.isUp() && !inMemory.lines().isEmpty() && !givenUp) {
                write(entries(inMemory.lines()));
                spool.done(inMemory);
            }
            reached();
            return true;
        } catch (SQLException | IOException | RuntimeException e) {
            // A driver's defect is no reason to stop: the records wait.
            failed(e);
            return false;
        }
    }

    /// What became of deleting.
    enum Forgotten {
        /// All that was kept long enough is gone.
        DONE,
        /// There may be more of it.
        MORE,
        FAILED
    }

    /// Deletes some of the records that were kept long enough: few enough that the database has
    /// done it in a moment, whatever it holds.
    Forgotten forget() {
        Optional<Duration> days = kept;
        if (days.isEmpty()) {
            return Forgotten.DONE;
        }
        Duration keep = days.get();
        try {
            int gone = opened().forgetBefore(wallClock.instant().minus(keep), FORGOTTEN_AT_ONCE);
            forgotten += gone;
            if (gone == FORGOTTEN_AT_ONCE && !givenUp) {
                return Forgotten.MORE;
            }
            LOG.info("call records deleted count={} older-than-days={}", forgotten, keep.toDays());
            forgotten = 0;
            return Forgotten.DONE;
        } catch (SQLException e) {
            failed(e);
            return Forgotten.FAILED;
        }
    }

    /// Says in the database that this gateway lives. Records do not depend on it.
    void showUp() {
        RecordStore opened = store;
        if (opened != null) {
            presence.show(opened);
        }
    }

    /// Says that it lives no more.
    void leave() {
        RecordStore opened = store;
        if (opened != null && !givenUp) {
            presence.end(opened);
        }
    }

    /// The gateway's name where another one that lives has it, too; empty: none. Any thread.
    String namesake() {
        return presence.namesake();
    }

    /// Brings in nothing more than what it just does. Any thread.
    void giveUp() {
        givenUp = true;
    }

    private List<Entry> entries(List<String> lines) throws IOException {
        List<Entry> entries = new ArrayList<>();
        for (String line : lines) {
            try {
                entries.add(Json.entry(line));
            } catch (JsonProcessingException e) {
                refuse(line, e);
            }
        }
        return entries;
    }

    private void write(List<Entry> entries) throws SQLException, IOException {
        RecordStore opened = opened();
        try {
            opened.write(entries);
            stored.addAndGet(entries.size());
        } catch (SQLException e) {
            if (!opened.refuses(e)) {
                throw e;
            }
            writeOneByOne(opened, entries);
        }
    }

    private void writeOneByOne(RecordStore opened, List<Entry> entries)
            throws SQLException, IOException {
        for (Entry entry : entries) {
            try {
                opened.write(List.of(entry));
                stored.incrementAndGet();
            } catch (SQLException e) {
                if (!opened.refuses(e)) {
                    throw e;
                }
                refuse(Json.text(entry), e);
            }
        }
    }

    private void refuse(String line, Exception why) throws IOException {
        folder.keepRefused(line);
        refused.incrementAndGet();
        lastError = DatabaseWords.of(why);
        LOG.error("a call record is kept in refused.jsonl, the database never takes it", why);
    }

    private RecordStore opened() throws SQLException {
        RecordStore opened = store;
        if (opened == null) {
            if (known && !Dialect.of(config.url()).isThere(config.url())) {
                throw new SQLException(config.url() + " is there no more: is its disk mounted?");
            }
            opened = opener.open(config);
            store = opened;
            known = true;
        }
        return opened;
    }

    private void reached() {
        if (fails) {
            LOG.info("the database of call records is reached again");
            fails = false;
        }
    }

    private void failed(Exception e) {
        lastError = DatabaseWords.of(e);
        // What a connection is after a failure nobody knows: the next attempt makes its own.
        close();
        if (!fails) {
            LOG.error(
                    "the database of call records takes nothing, they wait in {}: {}",
                    config.folder(),
                    lastError);
            fails = true;
        }
    }

    /// Whether the database was there since the last failure, its schema up to date.
    boolean isOpen() {
        return store != null;
    }

    boolean isUp() {
        return !fails;
    }

    long stored() {
        return stored.get();
    }

    long refused() {
        return refused.get();
    }

    String lastError() {
        return lastError;
    }

    @Override
    public void close() {
        RecordStore opened = store;
        if (opened != null) {
            store = null;
            opened.close();
        }
    }
}
