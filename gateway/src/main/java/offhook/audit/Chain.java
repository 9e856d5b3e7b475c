package offhook.audit;

import com.fasterxml.jackson.core.JsonFactory;
import com.fasterxml.jackson.core.JsonGenerator;
import com.fasterxml.jackson.core.json.JsonWriteFeature;
import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.temporal.ChronoUnit;
import java.util.HexFormat;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The place in the log after some line: its number and its hash, to which the next line is bound.
///
/// A line is a JSON object whose last two fields are `prev`, the hash of the line before it, and
/// `hash`, the SHA-256 of its own bytes up to and without `,"hash"`. Every byte of a line is hashed
/// as it stands in the file, so that there is one way only to write it.
///
/// @param sequence of the last line, counted from 1; 0 before the first one
/// @param hash of the last line, in 64 small hexadecimal digits
record Chain(long sequence, String hash) {

    /// Before the first line.
    static final Chain START = new Chain(0, "0".repeat(64));

    /// More of a text than this tells nothing more.
    private static final int LONGEST_TEXT = 500;

    private static final Pattern LINE =
            Pattern.compile(
                    "(\\{\"seq\":([1-9][0-9]{0,17}),.*,\"prev\":\"([0-9a-f]{64})\")"
                            + ",\"hash\":\"([0-9a-f]{64})\"}");

    private static final JsonFactory JSON =
            JsonFactory.builder().enable(JsonWriteFeature.ESCAPE_NON_ASCII).build();

    /// A line as the file has it.
    ///
    /// @param previous the hash that it says the line before it has
    /// @param genuine whether its hash is that of its text
    record Link(long sequence, String previous, String hash, boolean genuine) {

        Chain end() {
            return new Chain(sequence, hash);
        }
    }

    /// The line that follows.
    Text next(Entry entry) {
        StringWriter text = new StringWriter();
        try (JsonGenerator json = JSON.createGenerator(text)) {
            json.writeStartObject();
            json.writeNumberField("seq", sequence + 1);
            json.writeStringField("at", entry.at().truncatedTo(ChronoUnit.MILLIS).toString());
            json.writeStringField("who", cut(entry.who()));
            json.writeStringField("what", cut(entry.what()));
            json.writeStringField("subject", cut(entry.subject()));
            json.writeStringField("outcome", cut(entry.outcome()));
            json.writeStringField("prev", hash);
            json.writeEndObject();
        } catch (IOException e) {
            throw new UncheckedIOException("nothing is written but memory", e);
        }
        String bound = text.toString().substring(0, text.toString().length() - 1);
        String own = sha256(bound);
        return new Text(bound + ",\"hash\":\"" + own + "\"}", new Chain(sequence + 1, own));
    }

    /// A line, and the place after it.
    record Text(String line, Chain end) {}

    /// Reads a line; empty when it is none.
    static Optional<Link> read(String line) {
        Matcher matcher = LINE.matcher(line);
        return matcher.matches()
                ? Optional.of(
                        new Link(
                                Long.parseLong(matcher.group(2)),
                                matcher.group(3),
                                matcher.group(4),
                                matcher.group(4).equals(sha256(matcher.group(1)))))
                : Optional.empty();
    }

    private static String cut(String text) {
        return text.length() <= LONGEST_TEXT ? text : text.substring(0, LONGEST_TEXT) + "...";
    }

    private static String sha256(String text) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("SHA-256")
                                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public String toString() {
        return sequence + ":" + hash;
    }
}
