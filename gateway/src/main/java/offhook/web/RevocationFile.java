package offhook.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.time.format.DateTimeParseException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;
import offhook.files.OwnFiles;
import offhook.files.OwnFiles.Readers;

/// Keeps revocations over a restart: a line for each agent, `2026-11-23T02:16:40.123Z alice`, with
/// names in the form of URLs. Written anew as a whole, so that it is either the old or the new one
/// after a power cut. For one thread at a time.
final class RevocationFile {

    private final Path file;

    RevocationFile(Path file) {
        this.file = file;
    }

    /// What was kept; nothing when there is no file.
    ///
    /// @throws IOException when it is damaged or cannot be read, in words that say what to do: to
    ///   go on would let tokens in that an operator has ended
    Map<String, Instant> read() throws IOException {
        if (!Files.exists(file)) {
            return Map.of();
        }
        String text;
        try {
            OwnFiles.close(file, Readers.GROUP);
            // Bytes that are no text become U+FFFD, which is written as %EF%BF%BD.
            text = new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IOException(
                    file
                            + " cannot be read ("
                            + e
                            + "); give it to the user whom the gateway runs as",
                    e);
        }
        Map<String, Instant> found = new HashMap<>();
        int number = 0;
        for (String line : text.lines().toList()) {
            number++;
            try {
                found.put(agent(line), Instant.parse(line.substring(0, line.indexOf(' '))));
            } catch (DateTimeParseException | IllegalArgumentException e) {
                throw new IOException(
                        file
                                + ":"
                                + number
                                + ": no revocation; remove the line, start the gateway, then revoke"
                                + " again whom it was about (offhook agents revoke NAME)",
                        e);
            }
        }
        return found;
    }

    /// Whom a line is about.
    private static String agent(String line) {
        int blank = line.indexOf(' ');
        if (blank < 0 || line.indexOf('\uFFFD') >= 0) {
            throw new IllegalArgumentException("no revocation");
        }
        return URLDecoder.decode(line.substring(blank + 1), StandardCharsets.UTF_8);
    }

    /// Writes all there are.
    ///
    /// @throws UncheckedIOException when that is not possible; what was kept before is kept on
    void write(Map<String, Instant> revoked) {
        StringBuilder text = new StringBuilder();
        new TreeMap<>(revoked)
                .forEach((agent, at) ->
                        text.append(at)
                                .append(' ')
                                .append(URLEncoder.encode(agent, StandardCharsets.UTF_8))
                                .append('\n'));
        try {
            OwnFiles.makeFolderOf(file, Readers.GROUP);
            OwnFiles.replace(file, Readers.GROUP, text.toString().getBytes(StandardCharsets.UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
