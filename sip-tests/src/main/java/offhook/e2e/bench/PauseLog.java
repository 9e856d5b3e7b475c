package offhook.e2e.bench;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// How long the garbage collector stopped the gateway, by the JVM's own log of safepoints: from the
/// request to stop until the threads run again. Durations that collectors report by JMX are of
/// their cycles, most of which ZGC does while the threads run.
final class PauseLog {
    /// `Safepoint "ZMarkEndYoung", ..., Total: 6891 ns, ...`.
    private static final Pattern PAUSE =
            Pattern.compile("Safepoint \"Z\\w+\".* Total: +([0-9]+) ns");

    private final Path file;

    PauseLog(Path file) {
        this.file = file;
    }

    /// What makes a JVM write it.
    String jvmFlag() {
        return "-Xlog:safepoint:file=" + file + ":none:filecount=0";
    }

    /// How many lines there are by now.
    long mark() {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.count();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The pauses since a mark, in milliseconds.
    List<Double> pausesSince(long mark) {
        try (Stream<String> lines = Files.lines(file)) {
            return pauses(lines.skip(mark));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Those of the collector; a JVM stops for other reasons too.
    static List<Double> pauses(Stream<String> lines) {
        return lines.map(PAUSE::matcher)
                .filter(Matcher::find)
                .map(found -> Long.parseLong(found.group(1)) / 1e6)
                .toList();
    }
}
