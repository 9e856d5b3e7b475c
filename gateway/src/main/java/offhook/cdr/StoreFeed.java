package offhook.cdr;

import com.fasterxml.jackson.core.JsonProcessingException;
import java.io.IOException;
import java.sql.SQLException;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import offhook.config.RecordsConfig;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// Brings entries into the database. Owned by the thread of [RecordKeeper].
final class StoreFeed implements AutoCloseable {

    private static final Logger LOG = LogManager.getLogger(StoreFeed.class);

    private final RecordsConfig config;
    private final RecordFolder folder;
    private final Clock wallClock;

    private @Nullable RecordStore store;
    private boolean fails;
    private long stored;
    private long refused;
    private String lastError = "";

    /// Written by whoever reads the configuration.
    private volatile Optional<Duration> kept;

    StoreFeed(RecordsConfig config, RecordFolder folder, Clock wallClock) {
        this.config = config;
        this.folder = folder;
        this.wallClock = wallClock;
        this.kept = config.keep();
    }

    /// For how long records stay from now on; empty: for good. Any thread.
    void keepFor(Optional<Duration> time) {
        kept = time;
    }

    /// Brings in all that the journal holds, then what only memory does.
    ///
    /// @return false when the database does not take anything now
    boolean feed(Spool spool) {
        Journal journal = folder.journal();
        try {
            while (!journal.isEmpty()) {
                Journal.Lines next = journal.next();
                write(entries(next.lines()));
                journal.take(next);
            }
            List<Entry> inMemory = spool.inMemory();
            if (!inMemory.isEmpty()) {
                write(inMemory);
                spool.stored();
            }
            reached();
            return true;
        } catch (SQLException | IOException | RuntimeException e) {
            // A driver's defect is no reason to stop: the records wait.
            failed(e);
            return false;
        }
    }

    /// Deletes records that were kept long enough.
    void forget() {
        Optional<Duration> days = kept;
        if (days.isEmpty()) {
            return;
        }
        Duration keep = days.get();
        try {
            int gone = opened().forgetBefore(wallClock.instant().minus(keep));
            LOG.info("call records deleted count={} older-than-days={}", gone, keep.toDays());
        } catch (SQLException e) {
            failed(e);
        }
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
            stored += entries.size();
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
                stored++;
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
        refused++;
        lastError = firstLine(why);
        LOG.error("a call record is kept in refused.jsonl, the database never takes it", why);
    }

    private RecordStore opened() throws SQLException {
        RecordStore opened = store;
        if (opened == null) {
            opened = RecordStore.open(config);
            store = opened;
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
        lastError = firstLine(e);
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

    private static String firstLine(Exception e) {
        return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
    }

    boolean isUp() {
        return !fails;
    }

    long stored() {
        return stored;
    }

    long refused() {
        return refused;
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
