package offhook.cdr;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import offhook.fault.FailureWords;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Entries on their way into the journal, as its lines. While the disk takes nothing they wait in
/// memory, as many as that may hold. The thread of [RecordKeeper] adds and writes; that of
/// [RecordFeeder] takes what the disk does not.
final class Spool {

    private static final Logger LOG = LogManager.getLogger(Spool.class);

    /// Some 10 MB at worst.
    static final int MOST_IN_MEMORY = 10_000;

    /// Where lines are kept.
    @FunctionalInterface
    interface Disk {
        /// Takes lines, all or none of them.
        ///
        /// @param lines none: whether it would take some
        void append(List<String> lines) throws IOException;
    }

    private final Disk disk;

    // Guarded by its own monitor, which nobody holds while he waits for a disk.
    private final Deque<String> waiting = new ArrayDeque<>();

    /// How many lines came before the first that waits. Guarded like them.
    private long gone;

    private final AtomicLong lost = new AtomicLong();

    // Written by the keeper's thread, read by any.
    private volatile boolean fails;
    private volatile String lastError = "";

    Spool(Disk disk) {
        this.disk = disk;
    }

    /// @throws IllegalStateException when it cannot be written at all; nothing else suffers
    void add(Entry entry) {
        String line = Json.text(entry);
        synchronized (this) {
            if (waiting.size() < MOST_IN_MEMORY) {
                waiting.add(line);
                return;
            }
        }
        lost.incrementAndGet();
    }

    /// Writes what waits to the disk, if that takes it; where it did not, tries it also with
    /// nothing.
    void write() {
        Waiting lines = waiting();
        if (lines.lines().isEmpty() && !fails) {
            return;
        }
        try {
            disk.append(lines.lines());
            done(lines);
            if (fails) {
                LOG.info("call records are written to the journal again lost={}", lost());
                fails = false;
            }
        } catch (IOException e) {
            failed(e);
        }
    }

    /// The disk takes nothing, as was seen otherwise.
    void failed(IOException e) {
        lastError = FailureWords.of(e);
        if (!fails) {
            LOG.error("call records cannot be written to the journal: {}", lastError);
            fails = true;
        }
    }

    /// What waits for the disk, the oldest first.
    synchronized Waiting waiting() {
        return new Waiting(List.copyOf(waiting), gone);
    }

    /// These lines are in the journal, or in the database. Those of them that are gone already,
    /// because the other thread was quicker, count no second time.
    synchronized void done(Waiting lines) {
        long end = lines.from() + lines.lines().size();
        while (gone < end && !waiting.isEmpty()) {
            waiting.remove();
            gone++;
        }
    }

    synchronized int size() {
        return waiting.size();
    }

    boolean isUp() {
        return !fails;
    }

    long lost() {
        return lost.get();
    }

    String lastError() {
        return lastError;
    }

    /// Lines, and how many there were before them.
    record Waiting(List<String> lines, long from) {}
}
