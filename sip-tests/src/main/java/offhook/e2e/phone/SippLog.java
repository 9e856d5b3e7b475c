package offhook.e2e.phone;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// sipp's message trace.
///
/// @param entries in the order of the file
public record SippLog(List<Entry> entries) {
    private static final Pattern SEPARATOR =
            Pattern.compile("(?m)^-{40,} (\\d{4}-\\d\\d-\\d\\d \\d\\d:\\d\\d:\\d\\d\\.\\d{6})\\R");
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("uuuu-MM-dd HH:mm:ss.SSSSSS", Locale.ROOT);

    /// One message.
    ///
    /// @param at the wall clock of this machine
    public record Entry(Instant at, boolean sent, SipMessage message) {}

    /// The trace so far; empty when there is no file.
    public static SippLog read(Path file) {
        try {
            return Files.exists(file)
                    ? parse(Files.readString(file, StandardCharsets.ISO_8859_1))
                    : new SippLog(List.of());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static SippLog parse(String text) {
        List<Entry> entries = new ArrayList<>();
        Matcher separator = SEPARATOR.matcher(text);
        boolean more = separator.find();
        while (more) {
            Instant at =
                    LocalDateTime.parse(separator.group(1), TIME)
                            .atZone(ZoneId.systemDefault())
                            .toInstant();
            int start = separator.end();
            more = separator.find();
            String block = text.substring(start, more ? separator.start() : text.length());
            int headEnd = block.indexOf("\n\n");
            // The file is being written: a block may be cut short.
            if (headEnd > 0 && block.length() > headEnd + 10) {
                String head = block.substring(0, headEnd);
                String message =
                        block.substring(headEnd + 2).replace("\r\n", "\n").replace("\n", "\r\n");
                entries.add(new Entry(at, head.contains("sent"), SipMessage.parse(message)));
            }
        }
        return new SippLog(List.copyOf(entries));
    }

    /// When the first INVITE left.
    public Optional<Instant> inviteSent() {
        return entries.stream()
                .filter(e -> e.sent() && e.message().startLine().startsWith("INVITE"))
                .map(Entry::at)
                .findFirst();
    }

    /// When the first response with that status to that method came.
    public Optional<Instant> received(int status, String method) {
        return entries.stream()
                .filter(e -> !e.sent() && e.message().status() == status)
                .filter(e -> e.message().method().equals(method))
                .map(Entry::at)
                .findFirst();
    }

    /// All statuses received, in order.
    public List<Integer> statuses() {
        return entries.stream()
                .filter(e -> !e.sent() && e.message().isResponse())
                .map(e -> e.message().status())
                .toList();
    }

    /// One start line after the other, `>` sent and `<` received.
    public String summary() {
        var out = new StringBuilder();
        entries.forEach(e ->
                out.append(e.sent() ? "> " : "< ").append(e.message().startLine()).append("; "));
        return out.toString();
    }
}
