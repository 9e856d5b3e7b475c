package offhook.e2e.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.List;
import java.util.stream.Stream;

/// The wall clock of one process, which can be set while it runs. What that process measures times
/// by goes on as it did: only `CLOCK_REALTIME` is another one. By libfaketime.
public final class FakeClock {
    private static final Path LIBRARIES = Path.of("/usr/lib");

    private final Path offset;

    private FakeClock(Path offset) {
        this.offset = offset;
    }

    /// A clock that is right for now.
    ///
    /// @param folder for the file that says by how much it is wrong
    public static FakeClock in(Path folder) {
        FakeClock clock = new FakeClock(folder.resolve("clock-offset").toAbsolutePath());
        clock.advance(Duration.ZERO);
        return clock;
    }

    /// Before the command of a process that is to have this clock.
    public List<String> command() {
        return List.of(
                "env",
                "LD_PRELOAD=" + library(),
                "FAKETIME_TIMESTAMP_FILE=" + offset,
                // It reads the file that often, in seconds.
                "FAKETIME_CACHE_DURATION=1",
                "FAKETIME_DONT_FAKE_MONOTONIC=1",
                // What it thinks of waits is wrong for the C library of today: none would wait.
                "FAKETIME_FORCE_MONOTONIC_FIX=0");
    }

    /// Sets it ahead of the machine's, within a second or two.
    public void advance(Duration by) {
        try {
            // Whole or not at all, for whoever reads it.
            Path next = offset.resolveSibling(offset.getFileName() + ".next");
            Files.writeString(next, "+" + by.toSeconds() + "\n");
            Files.move(
                    next,
                    offset,
                    StandardCopyOption.ATOMIC_MOVE,
                    StandardCopyOption.REPLACE_EXISTING);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Debian has it in the folder of the machine's architecture.
    private static Path library() {
        Tool.FAKETIME.path();
        try (Stream<Path> folders = Files.list(LIBRARIES)) {
            return folders.map(folder -> folder.resolve("faketime/libfaketimeMT.so.1"))
                    .filter(Files::exists)
                    .findFirst()
                    .orElseThrow(
                            () -> new IllegalStateException("no libfaketime below " + LIBRARIES));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
