package offhook.audit;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.stream.Stream;

/// The last lines of a log, the older files included.
public final class AuditTail {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final List<String> FIELDS =
            List.of("seq", "at", "who", "what", "subject", "outcome");

    private AuditTail() {}

    /// The last ones, the oldest of them first, as they stand.
    public static List<String> lines(Path log, int most) throws IOException {
        Deque<String> last = new ArrayDeque<>();
        List<Path> files = Archive.files(log);
        for (Path file : files.isEmpty() ? List.of(log) : files) {
            try (Stream<String> lines = Files.lines(file, StandardCharsets.ISO_8859_1)) {
                lines.forEach(line -> {
                    last.addLast(line);
                    if (last.size() > most) {
                        last.removeFirst();
                    }
                });
            }
        }
        return List.copyOf(last);
    }

    /// Number, time, who, what, subject and outcome of a line; of one that cannot be read, itself
    /// as the last.
    public static List<String> fields(String line) {
        try {
            JsonNode read = JSON.readTree(line);
            return FIELDS.stream().map(name -> read.path(name).asText()).toList();
        } catch (JsonProcessingException _) {
            return List.of("?", "", "", "", "", line);
        }
    }
}
