package offhook.audit;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Names the files of a log: `audit.jsonl` is written, `audit-000000004711.jsonl` is an older one
/// that ends with line 4711.
final class Archive {

    private static final String ENDING = ".jsonl";
    private static final Pattern OLDER = Pattern.compile(".*-[0-9]{12}(\\.jsonl)?");

    private Archive() {}

    /// The name that the log is moved to after that line.
    static Path older(Path log, long lastSequence) {
        return log.resolveSibling("%s-%012d%s".formatted(stem(log), lastSequence, ending(log)));
    }

    /// Whether a file has the name of an older one.
    static boolean isOlder(Path file) {
        return OLDER.matcher(file.getFileName().toString()).matches();
    }

    private static String stem(Path log) {
        String name = log.getFileName().toString();
        return name.endsWith(ENDING) ? name.substring(0, name.length() - ENDING.length()) : name;
    }

    private static String ending(Path log) {
        return log.getFileName().toString().endsWith(ENDING) ? ENDING : "";
    }

    /// The files of a log that there are, the oldest first.
    static List<Path> files(Path log) throws IOException {
        Pattern older =
                Pattern.compile(
                        Pattern.quote(stem(log)) + "-[0-9]{12}" + Pattern.quote(ending(log)));
        Path folder = log.toAbsolutePath().getParent();
        List<Path> files = new ArrayList<>();
        if (folder != null && Files.isDirectory(folder)) {
            try (Stream<Path> all = Files.list(folder)) {
                all.filter(file -> older.matcher(file.getFileName().toString()).matches())
                        .sorted()
                        .forEach(files::add);
            }
        }
        if (Files.exists(log)) {
            files.add(log);
        }
        return files;
    }
}
