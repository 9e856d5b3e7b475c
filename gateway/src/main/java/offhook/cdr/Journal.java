package offhook.cdr;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import offhook.files.OwnFiles;

/// A file of lines that waits for the database: what was appended survives the end of the process,
/// and is read in the same order until it is taken. One thread appends, another one reads and
/// takes; each waits for the disk of the other at most.
final class Journal implements Closeable {

    private static final int READ_BYTES = 256 * 1024;

    private final Path path;

    /// Guarded by this object's monitor, and so is what the file holds.
    private FileChannel file;

    // Written under its own monitor, read by any thread.
    private volatile long end;
    private volatile long taken;

    private Journal(Path path, FileChannel file) {
        this.path = path;
        this.file = file;
    }

    /// Opens the file, or makes it. Bytes after its last line end are what was being written when a
    /// process died: nobody was told that they were kept, and they go.
    static Journal open(Path path) throws IOException {
        FileChannel file =
                OwnFiles.open(
                        path,
                        OwnFiles.Readers.GROUP,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        Journal journal = new Journal(path, file);
        journal.end = journal.lastLineEnd();
        file.truncate(journal.end);
        return journal;
    }

    private long lastLineEnd() throws IOException {
        long from = file.size();
        while (from > 0) {
            long start = Math.max(0, from - READ_BYTES);
            byte[] block = bytes(start, (int) (from - start));
            for (int i = block.length - 1; i >= 0; i--) {
                if (block[i] == '\n') {
                    return start + i + 1;
                }
            }
            from = start;
        }
        return 0;
    }

    /// Whether every line was taken. Any thread; never waits.
    boolean isEmpty() {
        return taken == end;
    }

    /// How many bytes wait. Any thread; never waits.
    long waitingBytes() {
        return Math.max(0, end - taken);
    }

    /// Appends lines, all or none of them, and has them on the disk when it returns.
    synchronized void append(List<String> lines) throws IOException {
        ByteBuffer bytes =
                ByteBuffer.wrap((String.join("\n", lines) + "\n").getBytes(StandardCharsets.UTF_8));
        takeHold();
        long at = end;
        try {
            while (bytes.hasRemaining()) {
                at += file.write(bytes, at);
            }
            file.force(false);
            end = at;
        } catch (IOException e) {
            takeBack(e);
            throw e;
        }
    }

    /// What cannot be taken back now is when the file is opened next.
    private void takeBack(IOException why) {
        try {
            file.truncate(end);
        } catch (IOException e) {
            why.addSuppressed(e);
        }
    }

    /// Closes the file: whoever has one open keeps its disk from being unmounted, and so from being
    /// mended. Lines that wait are still read.
    synchronized void letGo() throws IOException {
        file.close();
    }

    /// Opens the file again, if it was let go. It is not made anew: where it is not, its disk is
    /// not.
    synchronized void takeHold() throws IOException {
        if (file.isOpen()) {
            return;
        }
        file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        if (file.size() < end) {
            // Some of it was lost with the disk. What is left comes once more: that changes
            // nothing.
            end = lastLineEnd();
            taken = 0;
        }
        if (isEmpty()) {
            end = 0;
            taken = 0;
        }
        file.truncate(end);
    }

    /// The oldest lines that were not taken, about `READ_BYTES` of them; at least one while there
    /// is one.
    synchronized Lines next() throws IOException {
        int length = READ_BYTES;
        while (true) {
            byte[] block = bytes(taken, (int) Math.min(length, end - taken));
            List<String> lines = new ArrayList<>();
            int lineStart = 0;
            for (int i = 0; i < block.length; i++) {
                if (block[i] == '\n') {
                    lines.add(new String(block, lineStart, i - lineStart, StandardCharsets.UTF_8));
                    lineStart = i + 1;
                }
            }
            if (!lines.isEmpty() || isEmpty()) {
                return new Lines(lines, taken + lineStart);
            }
            length *= 2;
        }
    }

    /// These lines are in the database.
    synchronized void take(Lines lines) throws IOException {
        taken = lines.end();
        if (isEmpty() && end > 0 && file.isOpen()) {
            file.truncate(0);
            end = 0;
            taken = 0;
        }
    }

    private byte[] bytes(long from, int length) throws IOException {
        if (file.isOpen()) {
            return bytes(file, from, length);
        }
        try (FileChannel reading = FileChannel.open(path, StandardOpenOption.READ)) {
            return bytes(reading, from, length);
        }
    }

    private static byte[] bytes(FileChannel file, long from, int length) throws IOException {
        ByteBuffer read = ByteBuffer.allocate(length);
        while (read.hasRemaining() && file.read(read, from + read.position()) > 0) {
            // until it is full
        }
        return Arrays.copyOf(read.array(), read.position());
    }

    @Override
    public synchronized void close() throws IOException {
        file.close();
    }

    /// Lines, and where they end in the file.
    record Lines(List<String> lines, long end) {}
}
