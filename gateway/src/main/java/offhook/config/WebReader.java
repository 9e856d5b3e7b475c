package offhook.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import offhook.config.WebConfig.Tls;

/// Reads `web`.
final class WebReader {

    /// As browsers write it (RFC 6454 §6.2): lower case, nothing after the port.
    private static final Pattern ORIGIN =
            Pattern.compile("https?://(?:[a-z0-9.-]+|\\[[0-9a-f:.]+])(?::[0-9]{1,5})?");

    private WebReader() {}

    static WebConfig read(Section section, PortPlan plan, GuestsReader guestsReader) {
        Optional<Value> place = section.find("listen");
        List<Listen> listen =
                new ListenReader(plan, "http", "https")
                        .readAll(section, "web.listen", "http://127.0.0.1:8080");
        List<String> origins =
                section.find("allowed-origins")
                        .map(v -> Lists.distinct(v, WebReader::origin))
                        .orElse(List.of());
        if (section.find("allowed-origins").isEmpty()) {
            section.warning("no page may connect, as 'allowed-origins' is missing");
        }
        Optional<Tls> tls = section.find("tls").flatMap(Value::section).flatMap(WebReader::tls);
        if (section.find("tls").isEmpty()
                && listen.stream().anyMatch(l -> l.scheme().equals("https"))) {
            place.ifPresent(v -> v.problem("https needs 'web.tls'"));
        }
        List<GuestSite> guests =
                section.sections("guests").stream().map(guestsReader::read).toList();
        Optional<TurnConfig> turn =
                section.find("turn").flatMap(Value::section).flatMap(TurnReader::read);
        section.done();
        return new WebConfig(listen, origins, tls, guests, turn);
    }

    static Optional<String> origin(Value value) {
        Optional<String> text = value.text();
        Optional<String> origin = text.filter(t -> ORIGIN.matcher(t).matches());
        if (text.isPresent() && origin.isEmpty()) {
            value.problem(value.quoted() + " is no origin, https://host:port without a path");
        }
        return origin;
    }

    private static Optional<Tls> tls(Section section) {
        Optional<Path> certificate = section.require("certificate").flatMap(Value::readableFile);
        Optional<Path> key = section.require("key").flatMap(Value::keyFile);
        section.done();
        return certificate.flatMap(c -> key.map(k -> new Tls(c, k)));
    }
}
