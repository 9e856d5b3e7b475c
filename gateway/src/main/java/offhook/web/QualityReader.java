package offhook.web;

import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import offhook.call.CallId;

/// Reads what pages say of how their calls sound. All of it is bounded: it is kept as long as the
/// call lives.
final class QualityReader {

    /// A minute: more is a clock that jumped.
    private static final long MAX_MILLIS = 60_000;

    private static final long MAX_COUNT = 0xFFFF_FFFFL;
    private static final int MAX_NAME_CHARS = 32;

    private static final Set<String> QUALITY_KEYS =
            Set.of(
                    "type",
                    "call",
                    "codec",
                    "candidate",
                    "rtt-millis",
                    "jitter-millis",
                    "loss-permille",
                    "buffer-millis",
                    "mos-hundredths",
                    "received",
                    "lost",
                    "sent",
                    "far-lost");

    private static final Set<String> WARNINGS =
            Set.of("high-rtt", "high-jitter", "packet-loss", "low-mos", "constant-audio-level");

    private static final Set<String> SUBJECTS =
            Set.of("rtt", "jitter", "loss", "average-loss", "mos", "level-in", "level-out");

    private static final Set<String> CANDIDATES = Set.of("host", "srflx", "prflx", "relay");
    private static final Pattern CODEC = Pattern.compile("[A-Za-z0-9._-]{1,32}");

    private QualityReader() {}

    static ClientMessage quality(JsonFields fields, CallId call) throws MessageException {
        fields.allowOnly(QUALITY_KEYS);
        return new ClientMessage.Quality(
                call,
                new PageFigures(
                        codec(fields),
                        oneOf(fields, "candidate", CANDIDATES),
                        figure(fields, "rtt-millis", MAX_MILLIS),
                        figure(fields, "jitter-millis", MAX_MILLIS),
                        figure(fields, "loss-permille", 1_000) / 10,
                        figure(fields, "buffer-millis", MAX_MILLIS),
                        figure(fields, "mos-hundredths", 500) / 100,
                        figure(fields, "received", MAX_COUNT),
                        figure(fields, "lost", MAX_COUNT),
                        figure(fields, "sent", MAX_COUNT),
                        figure(fields, "far-lost", MAX_COUNT)));
    }

    static ClientMessage warning(JsonFields fields, CallId call) throws MessageException {
        fields.allowOnly(Set.of("type", "call", "name", "of", "up"));
        for (String key : List.of("name", "of", "up")) {
            if (!fields.has(key)) {
                throw new MessageException(false, "'" + key + "' is missing");
            }
        }
        return new ClientMessage.Warning(
                call,
                oneOf(fields, "name", WARNINGS),
                oneOf(fields, "of", SUBJECTS),
                fields.flag("up"));
    }

    private static String codec(JsonFields fields) throws MessageException {
        if (!fields.has("codec")) {
            return "";
        }
        String codec = fields.text("codec", MAX_NAME_CHARS);
        if (!CODEC.matcher(codec).matches()) {
            throw new MessageException(false, "'codec' must be the name of a codec");
        }
        return codec;
    }

    /// One of these words; empty when the key is not there.
    private static String oneOf(JsonFields fields, String key, Set<String> words)
            throws MessageException {
        if (!fields.has(key)) {
            return "";
        }
        String word = fields.text(key, MAX_NAME_CHARS);
        if (!words.contains(word)) {
            throw new MessageException(
                    false, "'" + key + "' must be one of " + words.stream().sorted().toList());
        }
        return word;
    }

    private static double figure(JsonFields fields, String key, long max) throws MessageException {
        return fields.has(key) ? fields.number(key, max) : Double.NaN;
    }
}
