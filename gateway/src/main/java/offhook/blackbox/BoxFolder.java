package offhook.blackbox;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.Deque;
import java.util.List;
import java.util.Locale;
import offhook.call.CallId;
import offhook.config.BlackBoxConfig;
import offhook.files.OwnFiles;
import offhook.files.OwnFiles.Readers;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Where boxes lie: for its owner's eyes, within its bytes and days, the oldest removed first. Only
/// files that are named as ours are ever removed. One thread at a time.
final class BoxFolder {

    private static final String PREFIX = "offhook-";
    private static final String SUFFIX = ".zip";
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'", Locale.ROOT)
                    .withZone(ZoneOffset.UTC);

    private static final Logger LOG = LogManager.getLogger(BoxFolder.class);

    private final BlackBoxConfig config;

    BoxFolder(BlackBoxConfig config) {
        this.config = config;
    }

    /// Writes what fills a box.
    @FunctionalInterface
    interface Filling {
        void to(OutputStream out) throws IOException;
    }

    /// Writes a box whole or not at all; returns where it is.
    Path add(CallId call, Instant now, Filling filling) throws IOException {
        OwnFiles.makeFolder(config.folder(), Readers.NONE);
        Path file = config.folder().resolve(PREFIX + TIME.format(now) + "-" + call + SUFFIX);
        Path half = config.folder().resolve(PREFIX + call + ".part");
        try {
            OwnFiles.make(half, Readers.NONE);
            try (OutputStream out = Files.newOutputStream(half)) {
                filling.to(out);
            }
            Files.move(half, file, StandardCopyOption.REPLACE_EXISTING);
        } finally {
            Files.deleteIfExists(half);
        }
        trim(now);
        return file;
    }

    /// Earlier versions left it to the umask who may read a box.
    private static void closeToOthers(Path file) {
        try {
            OwnFiles.close(file, Readers.NONE);
        } catch (IOException e) {
            LOG.debug("a box of somebody else's file={}", file, e);
        }
    }

    private record Box(Path file, long bytes, Instant writtenAt) {}

    /// Removes what is too old, and the oldest of what is too much; never the latest.
    private void trim(Instant now) throws IOException {
        List<Box> boxes = new ArrayList<>();
        try (DirectoryStream<Path> files =
                Files.newDirectoryStream(config.folder(), PREFIX + "*" + SUFFIX)) {
            for (Path file : files) {
                closeToOthers(file);
                boxes.add(
                        new Box(
                                file,
                                Files.size(file),
                                Files.getLastModifiedTime(file).toInstant()));
            }
        }
        boxes.sort(Comparator.comparing(Box::writtenAt).thenComparing(Box::file));
        Deque<Box> oldestFirst = new ArrayDeque<>(boxes);
        long bytes = boxes.stream().mapToLong(Box::bytes).sum();
        Instant tooOld = now.minus(config.keepFor());
        while (oldestFirst.size() > 1
                && (bytes > config.folderBytes()
                        || oldestFirst.element().writtenAt().isBefore(tooOld))) {
            Box oldest = oldestFirst.remove();
            Files.deleteIfExists(oldest.file());
            bytes -= oldest.bytes();
        }
    }
}
