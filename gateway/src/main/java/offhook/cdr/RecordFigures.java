package offhook.cdr;

/// How it stands with call records, at one moment.
///
/// @param stored entries that the database took
/// @param waitingBytes in the journal, for the database
/// @param waitingInMemory entries for which the disk has no room
/// @param refused entries that the database will never take; they are in `refused.jsonl`
/// @param lost entries for which there was room nowhere
/// @param databaseUp whether the last try to reach the database succeeded
/// @param journalUp whether the last try to write the journal succeeded, and took no longer than it
///   may
/// @param lastError of either; empty: there was none
/// @param namesake the gateway's name, where another one that lives has it, too, in the same
///   database; empty: it is alone
/// @param running whether the threads are there that keep records and bring them in
public record RecordFigures(
        long stored,
        long waitingBytes,
        long waitingInMemory,
        long refused,
        long lost,
        boolean databaseUp,
        boolean journalUp,
        String lastError,
        String namesake,
        boolean running) {}
