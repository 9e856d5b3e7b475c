package offhook.audit;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.FileTime;
import java.time.Instant;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import offhook.files.OwnFiles;

/// The small file beside the log that says where the log ends, so that lines which are missing
/// there are missed. It is also the lock that keeps a second gateway away.
final class HeadFile implements Closeable {

    private static final Pattern FORM = Pattern.compile("([0-9]{18}) ([0-9a-f]{64})\n");

    private final Path path;
    private FileChannel channel;

    private HeadFile(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /// Where that of a log lies.
    static Path of(Path log) {
        return log.resolveSibling(log.getFileName() + ".head");
    }

    /// Takes hold of it.
    ///
    /// @throws IOException when another gateway has it
    static HeadFile open(Path log) throws IOException {
        FileChannel channel =
                OwnFiles.open(
                        of(log),
                        OwnFiles.Readers.GROUP,
                        StandardOpenOption.READ,
                        StandardOpenOption.WRITE);
        lock(channel);
        return new HeadFile(of(log), channel);
    }

    private static void lock(FileChannel channel) throws IOException {
        Optional<FileLock> lock;
        try {
            lock = Optional.ofNullable(channel.tryLock());
        } catch (OverlappingFileLockException _) {
            lock = Optional.empty();
        }
        if (lock.isEmpty()) {
            channel.close();
            throw new IOException("another gateway writes it");
        }
    }

    /// Says that a gateway has it, as the time of its last change.
    ///
    /// @throws IOException when the disk takes nothing
    void touch(Instant now) throws IOException {
        Files.setLastModifiedTime(path, FileTime.from(now));
    }

    /// Takes hold of it again, after it was closed. It is not made anew.
    void takeHold() throws IOException {
        channel = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
        lock(channel);
    }

    /// What it says; empty when it says nothing that can be read.
    Optional<Chain> read() throws IOException {
        ByteBuffer bytes = ByteBuffer.allocate(256);
        while (bytes.hasRemaining() && channel.read(bytes, bytes.position()) > 0) {
            // until its end
        }
        return parse(new String(bytes.array(), 0, bytes.position(), StandardCharsets.US_ASCII));
    }

    /// What the file of a log says, without taking hold of it.
    static Optional<Chain> read(Path log) throws IOException {
        Path file = of(log);
        return Files.exists(file)
                ? parse(Files.readString(file, StandardCharsets.US_ASCII))
                : Optional.empty();
    }

    private static Optional<Chain> parse(String text) {
        Matcher matcher = FORM.matcher(text);
        return matcher.matches()
                ? Optional.of(new Chain(Long.parseLong(matcher.group(1)), matcher.group(2)))
                : Optional.empty();
    }

    /// Says where the log ends now. Always of the same length, in one write.
    void write(Chain end) throws IOException {
        ByteBuffer bytes =
                ByteBuffer.wrap(
                        "%018d %s\n"
                                .formatted(end.sequence(), end.hash())
                                .getBytes(StandardCharsets.US_ASCII));
        while (bytes.hasRemaining()) {
            channel.write(bytes, bytes.position());
        }
        channel.force(false);
    }

    @Override
    public void close() throws IOException {
        channel.close(); // lets the lock go
    }
}
