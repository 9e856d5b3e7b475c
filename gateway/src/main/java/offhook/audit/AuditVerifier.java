package offhook.audit;

import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;

/// Reads a log from its first line to its last and says whether it is as it was written.
public final class AuditVerifier {

    /// What was found.
    public sealed interface Verdict {

        /// Every line is as it was written.
        ///
        /// @param files how many
        /// @param first number of the first line; 0 of an empty log
        /// @param last number of the last line
        /// @param anchor the last line's number and hash
        record Good(int files, long first, long last, String anchor) implements Verdict {}

        /// One is not.
        ///
        /// @param file where
        /// @param line of the file, from 1; one more than it has when lines are missing at the end
        /// @param text what is wrong
        record Bad(Path file, long line, String text) implements Verdict {}
    }

    private final Path log;
    private final Optional<Chain> known;
    private final Optional<Chain> anchor;
    private boolean anchorSeen;
    private long first;
    private @Nullable Chain at;

    private AuditVerifier(Path log, Optional<Chain> known, Optional<Chain> anchor) {
        this.log = log;
        this.known = known;
        this.anchor = anchor;
    }

    /// Looks through a log: the file that is written, the older ones beside it, and the file that
    /// says where it ends. An older file alone is looked through for itself.
    ///
    /// @param from number of the first line that there has to be; those before were put away
    /// @param anchor `NUMBER:HASH` of a line that there has to be, as the gateway's own log has it
    /// @throws IOException when a file cannot be read
    /// @throws IllegalArgumentException when that is no anchor
    public static Verdict verify(Path log, long from, Optional<String> anchor) throws IOException {
        if (!Files.exists(log) && !Files.exists(HeadFile.of(log))) {
            throw new IOException("there is no file " + log);
        }
        // Where it ends is read first: a gateway that runs goes on writing meanwhile.
        Optional<Chain> known = HeadFile.read(log);
        AuditVerifier verifier = new AuditVerifier(log, known, anchor.map(AuditVerifier::anchor));
        List<Path> files = known.isPresent() ? Archive.files(log) : List.of(log);
        if (known.isEmpty()) {
            verifier.first = -1;
        } else {
            verifier.first = from;
        }
        return verifier.look(files);
    }

    private static Chain anchor(String text) {
        String[] parts = text.split(":", -1);
        if (parts.length != 2
                || !parts[0].matches("[0-9]{1,18}")
                || !parts[1].matches("[0-9a-f]{64}")) {
            throw new IllegalArgumentException("'" + text + "' is no anchor, NUMBER:HASH");
        }
        return new Chain(Long.parseLong(parts[0]), parts[1]);
    }

    private Verdict look(List<Path> files) throws IOException {
        long began = 0;
        long line = 0;
        Path last = log;
        for (Path file : files) {
            last = file;
            line = 0;
            try (BufferedReader reader =
                    Files.newBufferedReader(file, StandardCharsets.ISO_8859_1)) {
                for (String text = reader.readLine(); text != null; text = reader.readLine()) {
                    line++;
                    Optional<String> wrong = next(text);
                    if (wrong.isPresent()) {
                        boolean unfinished = file.equals(log) && !reader.ready() && !ends(file);
                        if (unfinished) {
                            line--;
                            break;
                        }
                        return new Verdict.Bad(file, line, wrong.get());
                    }
                    began = began == 0 && at != null ? at.sequence() : began;
                }
            }
        }
        Optional<String> missing = missing();
        return missing.isPresent()
                ? new Verdict.Bad(last, line + 1, missing.get())
                : new Verdict.Good(files.size(), began, end().sequence(), end().toString());
    }

    /// Whether the file ends with a whole line.
    private static boolean ends(Path file) throws IOException {
        try (var channel = Files.newByteChannel(file)) {
            if (channel.size() == 0) {
                return true;
            }
            channel.position(channel.size() - 1);
            var one = java.nio.ByteBuffer.allocate(1);
            return channel.read(one) == 1 && one.get(0) == '\n';
        }
    }

    private Chain end() {
        return at == null ? Chain.START : at;
    }

    private Optional<String> next(String text) {
        Optional<Chain.Link> read = Chain.read(text);
        if (read.isEmpty()) {
            return Optional.of("is no line of an audit log");
        }
        Chain.Link link = read.get();
        if (!link.genuine()) {
            return Optional.of("line " + link.sequence() + " was changed: its hash is another");
        }
        Optional<String> wrong = place(link);
        if (wrong.isEmpty()) {
            at = link.end();
            anchorSeen |= anchor.filter(link.end()::equals).isPresent();
        }
        return wrong;
    }

    /// Whether it follows the line before it.
    private Optional<String> place(Chain.Link link) {
        long expected = at == null ? first : at.sequence() + 1;
        if (expected >= 0 && link.sequence() > expected) {
            return Optional.of(missing(expected, link.sequence() - 1) + " before it");
        }
        if (expected >= 0 && link.sequence() < expected) {
            return Optional.of("line " + link.sequence() + " is not in its place");
        }
        boolean begins = link.sequence() == 1 || at != null;
        if (begins && !link.previous().equals(end().hash())) {
            return Optional.of(
                    "line " + link.sequence() + " follows another line than the one before it");
        }
        return Optional.empty();
    }

    /// What is not there after the last line.
    private Optional<String> missing() {
        long last = end().sequence();
        if (known.isPresent() && known.get().sequence() > last) {
            return Optional.of(missing(last + 1, known.get().sequence()) + " at the end");
        }
        if (known.isPresent() && known.get().sequence() == last && !known.get().equals(end())) {
            return Optional.of("line " + last + " is another than the gateway wrote");
        }
        if (anchor.isPresent() && !anchorSeen) {
            return Optional.of("line " + anchor.get().sequence() + " of that hash is not there");
        }
        boolean openEnd = known.isEmpty() && last > 0 && !Archive.isOlder(log);
        return openEnd && anchor.filter(end()::equals).isEmpty()
                ? Optional.of(
                        HeadFile.of(log).getFileName()
                                + " beside it is missing or damaged: nobody can say whether the"
                                + " log ends here")
                : Optional.empty();
    }

    private static String missing(long from, long to) {
        return from == to
                ? "line " + from + " is missing"
                : "lines %d to %d are missing".formatted(from, to);
    }
}
