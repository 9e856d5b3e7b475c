package offhook.selftest;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import offhook.cdr.RecordDatabase;
import offhook.config.RecordsConfig;
import offhook.fault.FailureWords;

/// Whether there is room for what is written, and the right to write it.
final class StorageChecks {

    private static final long MIB = 1024 * 1024;
    private static final long SCARCE_BYTES = 1024 * MIB;
    private static final long NO_ROOM_BYTES = 64 * MIB;

    private StorageChecks() {}

    static List<Finding> of(Subject subject) {
        Findings findings = new Findings("storage");
        room(findings, "temporary files", Path.of(System.getProperty("java.io.tmpdir", "/tmp")));
        Optional<RecordsConfig> records = subject.config().ops().records();
        if (records.isEmpty()) {
            findings.note(
                    "ops.records",
                    "is off: no call is recorded",
                    "Leave it so, or remove 'off' to have records in SQLite.");
            return findings.all();
        }
        if (mayWrite(findings, records.get().folder())) {
            room(findings, "ops.records.folder", nearest(records.get().folder()));
        }
        database(findings, records.get());
        return findings.all();
    }

    private static boolean mayWrite(Findings findings, Path folder) {
        Path there = nearest(folder);
        if (!Files.isDirectory(there)) {
            findings.problem(
                    "ops.records.folder " + folder,
                    there + " is no folder",
                    "Set ops.records.folder to a folder that the gateway's user may write.");
            return false;
        }
        try {
            Files.delete(Files.createTempFile(there, "offhook", ".selftest"));
            return true;
        } catch (IOException e) {
            findings.problem(
                    "ops.records.folder " + folder,
                    there + " cannot be written: " + FailureWords.ofNamed(e),
                    "Give the gateway's user the right to write it, or set another folder.");
            return false;
        }
    }

    /// The folder, or of those above it the first that is there.
    private static Path nearest(Path folder) {
        Path at = folder.toAbsolutePath();
        while (!Files.exists(at) && at.getParent() != null) {
            at = at.getParent();
        }
        return at;
    }

    private static void room(Findings findings, String what, Path folder) {
        long free;
        try {
            free = Files.getFileStore(folder).getUsableSpace();
        } catch (IOException e) {
            findings.problem(
                    what + " " + folder,
                    "cannot be looked at: " + FailureWords.ofNamed(e),
                    "Mount or make the folder.");
            return;
        }
        String said = "%d MiB are free".formatted(free / MIB);
        String remedy = "Make room, or move the folder to another disk.";
        if (free < NO_ROOM_BYTES) {
            findings.problem(what + " " + folder, said, remedy);
        } else if (free < SCARCE_BYTES) {
            findings.warning(what + " " + folder, said, remedy);
        } else {
            findings.ok(what + " " + folder, said);
        }
    }

    private static void database(Findings findings, RecordsConfig records) {
        String where = "ops.records.url " + records.url().replaceFirst("\\?.*", "");
        try {
            Optional<RecordDatabase.State> state = RecordDatabase.look(records);
            if (state.isEmpty()) {
                findings.ok(where, "the first start makes it");
            } else {
                findings.ok(
                        where,
                        state.get().product()
                                + ", "
                                + state.get()
                                        .schema()
                                        .map(version -> "schema " + version)
                                        .orElse("the first start makes the schema"));
            }
        } catch (IOException e) {
            findings.problem(
                    where,
                    "cannot be reached: " + FailureWords.of(e),
                    "Start the database, and check url, user and password of ops.records.");
        }
    }
}
