package offhook.tls;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// What was read from files, and is read again once they have changed. New files that cannot serve
/// are logged, and what was read before stays. Any thread.
public final class Watched<T> {

    private static final Logger LOG = LogManager.getLogger(Watched.class);

    /// Reads all files anew.
    @FunctionalInterface
    public interface Reader<T> {
        T read() throws TlsFileException;
    }

    /// How a file looked when it was read; files that are replaced in one piece have another key.
    private record Look(String key, long sizeBytes, long modifiedNanos) {}

    private record Read<T>(List<Look> looks, T value) {}

    private final String what;
    private final List<Path> files;
    private final Reader<T> reader;
    private final AtomicReference<Read<T>> last;

    /// @param what the setting, for the log
    /// @throws TlsFileException when the files cannot serve from the start
    public Watched(String what, List<Path> files, Reader<T> reader) throws TlsFileException {
        this.what = what;
        this.files = List.copyOf(files);
        this.reader = reader;
        List<Look> looks = looks();
        this.last = new AtomicReference<>(new Read<>(looks, reader.read()));
    }

    /// What the files say, or said when they were last fit to serve. Reads them only when they look
    /// otherwise than before.
    public T current() {
        Read<T> known = last.get();
        List<Look> looks = looks();
        return looks.equals(known.looks()) ? known.value() : reread(known, looks);
    }

    /// Of several threads that notice at once the first one's reading counts, and is logged.
    private T reread(Read<T> known, List<Look> looks) {
        try {
            Read<T> now = new Read<>(looks, reader.read());
            if (last.compareAndSet(known, now)) {
                LOG.info("read anew {} from {}", what, files);
            }
        } catch (TlsFileException e) {
            if (last.compareAndSet(known, new Read<>(looks, known.value()))) {
                LOG.error("{} stays as it was, because {}", what, e.getMessage());
            }
        }
        return last.get().value();
    }

    private List<Look> looks() {
        return files.stream().map(Watched::look).toList();
    }

    private static Look look(Path file) {
        try {
            BasicFileAttributes now = Files.readAttributes(file, BasicFileAttributes.class);
            return new Look(
                    String.valueOf(now.fileKey()),
                    now.size(),
                    now.lastModifiedTime().to(TimeUnit.NANOSECONDS));
        } catch (IOException _) {
            return new Look("absent", 0, 0);
        }
    }
}
