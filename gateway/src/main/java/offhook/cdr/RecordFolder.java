package offhook.cdr;

import java.io.Closeable;
import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import offhook.files.OwnFiles;
import offhook.files.OwnFiles.Readers;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The folder that records wait in, ours alone while we run: the journal, what the database
/// refused, and a file that is there while a gateway runs and tells when it last did.
final class RecordFolder implements Closeable {

    private static final Logger LOG = LogManager.getLogger(RecordFolder.class);

    private final Path folder;
    private final Journal journal;
    private final Path alive;
    private final Path refused;
    private final Path dialogs;
    private final String node;
    private final Optional<Instant> diedAt;
    private final Optional<String> diedAs;
    private final Optional<String> instance;

    /// Closed while the folder is let go. Of the thread that writes.
    private FileChannel lockFile;

    /// Written by the thread that writes, read by any.
    private volatile boolean held = true;

    /// Whether the mark is that of this gateway. Of the thread that marks.
    private boolean marked;

    private RecordFolder(FileChannel lockFile, Journal journal, Path folder, String node)
            throws IOException {
        this.node = node;
        this.folder = folder;
        this.lockFile = lockFile;
        this.journal = journal;
        this.alive = folder.resolve("alive");
        this.refused = folder.resolve("refused.jsonl");
        this.dialogs = folder.resolve("dialogs.jsonl");
        this.diedAt =
                Files.exists(alive)
                        ? Optional.of(Files.getLastModifiedTime(alive).toInstant())
                        : Optional.empty();
        this.diedAs = diedAt.isPresent() ? textOf(alive) : Optional.empty();
        this.instance = instanceOf(folder.resolve("instance"));
    }

    /// Opens the folder, and makes it if need be.
    ///
    /// @throws IOException when it cannot be written, or another gateway uses it; the message says
    ///   what to do
    ///
    /// @param node the name of the gateway that runs from now on
    static RecordFolder open(Path folder, String node) throws IOException {
        FileChannel lockFile;
        try {
            OwnFiles.makeFolder(folder, Readers.GROUP);
            lockFile =
                    OwnFiles.open(folder.resolve("lock"), Readers.GROUP, StandardOpenOption.WRITE);
        } catch (IOException e) {
            throw new IOException(
                    "call records cannot be kept in "
                            + folder
                            + " ("
                            + e
                            + "); set ops.records.folder to a folder that this user may write,"
                            + " or ops.records to off",
                    e);
        }
        try {
            lock(lockFile, folder);
            RecordFolder opened =
                    new RecordFolder(
                            lockFile, Journal.open(folder.resolve("journal.jsonl")), folder, node);
            if (Files.exists(opened.refused)) {
                OwnFiles.close(opened.refused, Readers.GROUP);
            }
            return opened;
        } catch (IOException e) {
            lockFile.close();
            throw e;
        }
    }

    /// Appends lines to the journal, all or none of them. When it cannot be done, all files are let
    /// go until the next attempt: with one open, nobody could unmount the disk to mend it. The
    /// thread that writes.
    ///
    /// @param lines may be none: then it is tried whether the folder can be used again
    void append(List<String> lines) throws IOException {
        try {
            takeHold();
            if (!lines.isEmpty()) {
                journal.append(lines);
            }
        } catch (IOException e) {
            letGo();
            throw e;
        }
    }

    private void takeHold() throws IOException {
        if (held) {
            return;
        }
        Path lock = folder.resolve("lock");
        if (!Files.exists(lock)) {
            // An empty folder is where a disk is to be mounted: whatever was begun in it would be
            // hidden from then on.
            throw new IOException(folder + " is not as it was left: is its disk mounted?");
        }
        lockFile = FileChannel.open(lock, StandardOpenOption.WRITE);
        lock(lockFile, folder);
        journal.takeHold();
        held = true;
    }

    /// Closes all files, until the next line. The thread that writes.
    void letGo() {
        held = false;
        for (Closeable each : List.<Closeable>of(journal::letGo, lockFile)) {
            try {
                each.close();
            } catch (IOException _) {
                // It is closed all the same.
            }
        }
    }

    /// Whether its files are open; while they are not, nothing else may be written there either.
    /// Any thread.
    boolean isHeld() {
        return held;
    }

    /// Whether something lies in it. Any thread.
    boolean holds(Path file) {
        return file.toAbsolutePath().normalize().startsWith(folder.toAbsolutePath().normalize());
    }

    private static void lock(FileChannel lockFile, Path folder) throws IOException {
        Optional<FileLock> lock;
        try {
            lock = Optional.ofNullable(lockFile.tryLock());
        } catch (OverlappingFileLockException _) {
            lock = Optional.empty();
        }
        if (lock.isEmpty()) {
            throw new IOException(
                    "another gateway keeps its call records in "
                            + folder
                            + "; give each an ops.records.folder of its own");
        }
    }

    /// Whose folder this is: made up once and kept in it, so that gateways of one name by mistake
    /// do not take each other's calls for their own. Empty where it cannot be kept now.
    private static Optional<String> instanceOf(Path file) throws IOException {
        if (Files.exists(file)) {
            Optional<String> kept = textOf(file);
            if (kept.isPresent()) {
                return kept;
            }
        }
        String made = UUID.randomUUID().toString();
        try {
            OwnFiles.replace(file, Readers.GROUP, made.getBytes(StandardCharsets.UTF_8));
            return Optional.of(made);
        } catch (IOException e) {
            // As on a full disk, with which calls are served all the same.
            LOG.warn("call records go without their instance: {} cannot be written: {}", file, e);
            return Optional.empty();
        }
    }

    /// Whose folder this is, as the column `instance` has it.
    Optional<String> instance() {
        return instance;
    }

    /// When the gateway that ran here before was last seen; empty when it ended as it should.
    Optional<Instant> diedAt() {
        return diedAt;
    }

    /// What that gateway was called; empty when it was of a version that did not leave its name.
    Optional<String> diedAs() {
        return diedAs;
    }

    /// The dialogs that it had then; none when it ended as it should.
    List<String> leftDialogs() throws IOException {
        return diedAt.isPresent() && Files.exists(dialogs)
                ? Files.readAllLines(dialogs)
                : List.of();
    }

    /// These are the dialogs of this moment. Whoever reads meanwhile sees the old ones or the new.
    void keepDialogs(List<String> lines) throws IOException {
        String text = lines.isEmpty() ? "" : String.join("\n", lines) + "\n";
        OwnFiles.replace(dialogs, Readers.GROUP, text.getBytes(StandardCharsets.UTF_8));
    }

    Journal journal() {
        return journal;
    }

    private static Optional<String> textOf(Path file) throws IOException {
        String text = Files.readString(file).strip();
        return text.isEmpty() ? Optional.empty() : Optional.of(text);
    }

    /// A gateway runs here at this moment.
    void markAlive(Instant now) throws IOException {
        FileTime time = FileTime.from(now);
        if (!marked || !touch(time)) {
            try {
                OwnFiles.replace(alive, Readers.GROUP, node.getBytes(StandardCharsets.UTF_8));
                marked = true;
            } catch (IOException _) {
                OwnFiles.make(alive, Readers.GROUP); // a full disk has room for a mark, not a name
            }
            Files.setLastModifiedTime(alive, time);
        }
    }

    /// @return false where it is gone, or somebody else's, as after a restore: its time is not ours
    ///   to set
    private boolean touch(FileTime time) throws IOException {
        try {
            Files.setLastModifiedTime(alive, time);
            return true;
        } catch (FileSystemException _) {
            return false;
        }
    }

    /// The gateway ended, and so did its calls.
    void markEnded() throws IOException {
        Files.deleteIfExists(alive);
    }

    /// Keeps what the database does not take.
    void keepRefused(String line) throws IOException {
        OwnFiles.make(refused, Readers.GROUP);
        Files.write(refused, List.of(line), StandardOpenOption.APPEND, StandardOpenOption.SYNC);
    }

    @Override
    public void close() throws IOException {
        journal.close();
        lockFile.close(); // lets the lock go
    }
}
