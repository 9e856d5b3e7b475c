package offhook.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads `web.turn`.
final class TurnReader {

    /// RFC 7065 §3.1.
    private static final Pattern URL =
            Pattern.compile(
                    "turns?:(?:[A-Za-z0-9.-]+|\\[[0-9A-Fa-f:.]+])(?::[0-9]{1,5})?"
                            + "(?:\\?transport=(?:udp|tcp))?");

    private static final Duration DEFAULT_LIFETIME = Duration.ofHours(1);

    private TurnReader() {}

    static Optional<TurnConfig> read(Section section) {
        List<String> urls =
                section.require("urls")
                        .map(v -> v.isList() ? Lists.distinct(v, TurnReader::url) : one(v))
                        .orElse(List.of());
        Optional<Secret> secret = section.require("secret").flatMap(Value::secret);
        Duration lifetime = section.seconds("ttl-seconds", 120, 86_400, DEFAULT_LIFETIME);
        section.done();
        return secret.map(s -> new TurnConfig(urls, s, lifetime));
    }

    private static List<String> one(Value value) {
        return url(value).map(List::of).orElse(List.of());
    }

    private static Optional<String> url(Value value) {
        Optional<String> text = value.text();
        Optional<String> url = text.filter(t -> URL.matcher(t).matches());
        if (text.isPresent() && url.isEmpty()) {
            value.problem(
                    value.quoted()
                            + " is no TURN URL, turn:host:3478?transport=udp or"
                            + " turns:host:5349?transport=tcp");
        }
        return url;
    }
}
