package offhook.audit;

import java.io.Closeable;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import offhook.files.OwnFiles;
import offhook.files.OwnFiles.Readers;
import org.jspecify.annotations.Nullable;

/// The file that the log is written to, the older ones beside it, and the one that says where it
/// ends. Owned by one thread.
final class LogFile implements Closeable {

    private static final int TAIL_BYTES = 64 * 1024;

    private final Path path;
    private final long rotateBytes;
    private final HeadFile head;
    private final Set<String> findings = new LinkedHashSet<>();
    private final List<String> notices = new ArrayList<>();
    private FileChannel file;
    private @Nullable Object key;
    private long length;
    private Chain end = Chain.START;

    /// What the file beside it says.
    private Chain told;

    /// Whether files are open.
    private boolean held = true;

    /// Whether there are bytes behind the last line that could not be taken back.
    private boolean unfinished;

    /// Whether the file was moved away by us, and the next one is not open yet.
    private boolean movedAway;

    private LogFile(Path path, long rotateBytes, HeadFile head, FileChannel file)
            throws IOException {
        this.path = path;
        this.rotateBytes = rotateBytes;
        this.head = head;
        this.file = file;
        this.key = attributes().fileKey();
        this.length = completeLength();
        this.end = lastLine().map(Chain.Link::end).orElse(Chain.START);
        // Whoever made the log shorter while nobody wrote it leaves a gap that stays.
        Optional<Chain> known = head.read();
        if (known.isPresent() && known.get().sequence() > end.sequence()) {
            Chain wanted = known.get();
            if (length > 0 || !Files.exists(Archive.older(path, wanted.sequence()))) {
                findings.add(
                        "it ended at line %d when it was written last, and ends at %d now"
                                .formatted(wanted.sequence(), end.sequence()));
            }
            end = wanted;
        } else if (known.isEmpty() && end.sequence() > 0) {
            findings.add(
                    HeadFile.of(path).getFileName()
                            + " beside it was removed or damaged: lines may be missing at its end");
        }
        told = known.orElse(Chain.START);
    }

    /// Opens the log, or makes it, for its owner and the group to read.
    ///
    /// @throws IOException when it cannot be written, or another gateway writes it
    static LogFile open(Path path, long rotateBytes) throws IOException {
        OwnFiles.makeFolderOf(path, Readers.GROUP);
        HeadFile head = HeadFile.open(path);
        try {
            return new LogFile(path, rotateBytes, head, channel(path));
        } catch (IOException e) {
            head.close();
            throw e;
        }
    }

    private static FileChannel channel(Path path) throws IOException {
        return OwnFiles.open(
                path, Readers.GROUP, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    private BasicFileAttributes attributes() throws IOException {
        return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS);
    }

    /// Bytes after the last line end are what was being written when a process died.
    private long completeLength() throws IOException {
        long size = file.size();
        byte[] tail = tail(size);
        int kept = tail.length;
        while (kept > 0 && tail[kept - 1] != '\n') {
            kept--;
        }
        long complete = size - tail.length + kept;
        if (complete < size) {
            file.truncate(complete);
            // What a process leaves that is killed while it writes; nobody's hand.
            notices.add(
                    "%d bytes of a line without an end were removed".formatted(size - complete));
        }
        return complete;
    }

    private Optional<Chain.Link> lastLine() throws IOException {
        List<String> lines = new String(tail(length), StandardCharsets.UTF_8).lines().toList();
        if (lines.isEmpty()) {
            return Optional.empty();
        }
        Optional<Chain.Link> last = Chain.read(lines.getLast());
        if (last.isEmpty() || !last.get().genuine()) {
            findings.add("its last line is not as it was written");
        }
        return last;
    }

    private byte[] tail(long size) throws IOException {
        int wanted = (int) Math.min(size, TAIL_BYTES);
        ByteBuffer bytes = ByteBuffer.allocate(wanted);
        while (bytes.hasRemaining() && file.read(bytes, size - wanted + bytes.position()) > 0) {
            // until it is full
        }
        return bytes.array();
    }

    /// Where the log ends.
    Chain end() {
        return end;
    }

    /// What was not as it was left, since asked last.
    List<String> takeFindings() {
        List<String> taken = List.copyOf(findings);
        findings.clear();
        return taken;
    }

    /// What was mended in it, since asked last.
    List<String> takeNotices() {
        List<String> taken = List.copyOf(notices);
        notices.clear();
        return taken;
    }

    /// Closes the files, until they are taken hold of: with one open, nobody could unmount the disk
    /// to mend it.
    void letGo() {
        held = false;
        try {
            close();
        } catch (IOException _) {
            // They are closed all the same.
        }
    }

    /// Opens the files again, if they were let go.
    ///
    /// @throws IOException when the disk takes nothing, or is not there
    void takeHold() throws IOException {
        if (held) {
            return;
        }
        head.takeHold();
        if (!movedAway && Files.exists(path)) {
            file = FileChannel.open(path, StandardOpenOption.READ, StandardOpenOption.WRITE);
            key = attributes().fileKey(); // that of a disk may be another
            if (unfinished) {
                file.truncate(length);
            }
            if (length > 0
                    && file.size() == length
                    && lastLine().map(Chain.Link::end).filter(end::equals).isEmpty()) {
                findings.add("another file is in its place");
            }
        }
        unfinished = false;
        held = true;
    }

    /// Looks whether the file is as it was left.
    void look() throws IOException {
        if (movedAway) {
            beginNext();
            return;
        }
        try {
            BasicFileAttributes now = attributes();
            if (Objects.equals(now.fileKey(), key) && now.size() == length) {
                return;
            }
            findings.add(
                    Objects.equals(now.fileKey(), key)
                            ? "%d bytes long instead of %d".formatted(now.size(), length)
                            : "another file is in its place");
        } catch (NoSuchFileException _) {
            findings.add("the file was removed");
        }
        file.close();
        file = channel(path);
        key = attributes().fileKey();
        length = completeLength();
    }

    /// Appends these, all or none of them, and has them on the disk when it returns.
    void append(List<Entry> entries) throws IOException {
        StringBuilder text = new StringBuilder();
        Chain after = end;
        for (Entry entry : entries) {
            Chain.Text next = after.next(entry);
            text.append(next.line()).append('\n');
            after = next.end();
        }
        ByteBuffer bytes = ByteBuffer.wrap(text.toString().getBytes(StandardCharsets.UTF_8));
        long at = length;
        try {
            while (bytes.hasRemaining()) {
                at += file.write(bytes, at);
            }
            file.force(false);
        } catch (IOException e) {
            unfinished = true;
            throw e;
        }
        length = at;
        end = after;
    }

    /// Says beside it where the log ends, and begins another file when this one is long enough.
    /// When that fails, what was appended is on the disk all the same; call it again.
    ///
    /// @param now left as a sign of life where there is nothing to say: a disk that takes nothing
    ///   any more is to be noticed and let go also by who has nothing for it
    void settle(Instant now) throws IOException {
        if (told.equals(end)) {
            head.touch(now);
        } else {
            head.write(end);
            told = end;
        }
        if (length >= rotateBytes) {
            Files.move(path, Archive.older(path, end.sequence()));
            movedAway = true;
            beginNext();
        }
    }

    private void beginNext() throws IOException {
        FileChannel next = channel(path);
        movedAway = false;
        file.close();
        file = next;
        key = attributes().fileKey();
        if (file.size() > 0) {
            findings.add("another file is in its place");
        }
        length = completeLength();
    }

    @Override
    public void close() throws IOException {
        try (head) {
            file.close();
        }
    }
}
