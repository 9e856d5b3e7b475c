package offhook.config;

import java.net.InetAddress;
import java.net.URI;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;
import offhook.config.IssuerConfig.Claims;

/// Reads `agents.tokens`.
final class IssuerReader {

    private static final Duration DEFAULT_SKEW = Duration.ofSeconds(30);
    private static final int DEFAULT_AGENTS = 500;
    private static final Pattern HTTP = Pattern.compile("(?i)https?:.*");
    private static final int MAX_CLAIM_NAME = 128;

    private IssuerReader() {}

    static Optional<IssuerConfig> read(Section section) {
        Optional<URI> jwks = section.require("jwks").flatMap(IssuerReader::jwks);
        Optional<String> issuer = section.require("issuer").flatMap(IssuerReader::name);
        Optional<String> audience = section.require("audience").flatMap(IssuerReader::name);
        Claims claims = claims(section.section("claims"));
        Duration skew = section.seconds("clock-skew-seconds", 0, 300, DEFAULT_SKEW);
        int maxAgents = section.integer("max-agents", 1, 100_000, DEFAULT_AGENTS);
        section.done();
        return jwks.isEmpty() || issuer.isEmpty() || audience.isEmpty()
                ? Optional.empty()
                : Optional.of(
                        new IssuerConfig(
                                jwks.get(), issuer.get(), audience.get(), claims, skew, maxAgents));
    }

    private static Optional<String> name(Value value) {
        Optional<String> text = value.text();
        if (text.isPresent() && text.get().isBlank()) {
            value.problem("is blank");
        }
        return text;
    }

    private static Claims claims(Section section) {
        Claims claims =
                new Claims(
                        claim(section, "name").orElse("sub"),
                        claim(section, "display-name").orElse("name"),
                        claim(section, "caller-id"),
                        claim(section, "dial"),
                        claim(section, "transfer"));
        section.done();
        return claims;
    }

    private static Optional<String> claim(Section section, String key) {
        Optional<Value> value = section.find(key);
        Optional<String> name = value.flatMap(Value::text);
        if (name.isPresent() && (name.get().isBlank() || name.get().length() > MAX_CLAIM_NAME)) {
            value.get().problem("is no name of a claim, 1-" + MAX_CLAIM_NAME + " characters");
        }
        return name;
    }

    private static Optional<URI> jwks(Value value) {
        Optional<String> text = value.text();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        if (!HTTP.matcher(text.get()).matches()) {
            return value.readableFile().map(Path::toUri);
        }
        try {
            URI uri = new URI(text.get());
            if (uri.getHost() == null || uri.getRawUserInfo() != null) {
                value.problem(value.quoted() + " is no URL, https://host/path");
                return Optional.empty();
            }
            if (!"https".equalsIgnoreCase(uri.getScheme()) && !isLoopback(uri.getHost())) {
                value.problem("keys that come by http could be anybody's; use https");
                return Optional.empty();
            }
            return Optional.of(uri);
        } catch (URISyntaxException e) {
            value.problem(value.quoted() + " is no URL, https://host/path");
            return Optional.empty();
        }
    }

    private static boolean isLoopback(String host) {
        return Addresses.parseHost(host).filter(InetAddress::isLoopbackAddress).isPresent();
    }
}
