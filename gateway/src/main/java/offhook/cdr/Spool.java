package offhook.cdr;

import java.io.IOException;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Entries on their way into the journal. While the disk takes nothing they wait in memory, as many
/// as that may hold. Owned by the thread of [RecordKeeper].
final class Spool {

    private static final Logger LOG = LogManager.getLogger(Spool.class);

    /// Some 10 MB at worst.
    static final int MOST_IN_MEMORY = 10_000;

    private final Journal journal;
    private final Deque<Entry> waiting = new ArrayDeque<>();
    private boolean fails;
    private long lost;
    private String lastError = "";

    Spool(Journal journal) {
        this.journal = journal;
    }

    void add(Entry entry) {
        if (waiting.size() == MOST_IN_MEMORY) {
            lost++;
            return;
        }
        waiting.add(entry);
    }

    /// Writes what waits to the disk, if that takes it.
    void write() {
        if (waiting.isEmpty()) {
            return;
        }
        try {
            journal.append(waiting.stream().map(Json::text).toList());
            waiting.clear();
            if (fails) {
                LOG.info("call records are written to the journal again lost={}", lost);
                fails = false;
            }
        } catch (IOException e) {
            lastError = String.valueOf(e.getMessage());
            if (!fails) {
                LOG.error("call records cannot be written to the journal: {}", e.toString());
                fails = true;
            }
        }
    }

    /// What only memory holds, the oldest first.
    List<Entry> inMemory() {
        return List.copyOf(waiting);
    }

    /// What only memory held is in the database.
    void stored() {
        waiting.clear();
    }

    int size() {
        return waiting.size();
    }

    boolean isUp() {
        return !fails;
    }

    long lost() {
        return lost;
    }

    String lastError() {
        return lastError;
    }
}
