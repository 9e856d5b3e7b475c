package offhook.config;

import java.net.InetAddress;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads addresses. Names are never looked up, so that loading needs no network.
final class Addresses {

    private static final Pattern DOTTED_QUAD = Pattern.compile("[0-9]{1,3}(\\.[0-9]{1,3}){3}");

    private Addresses() {}

    /// A literal address, or `localhost`.
    static Optional<InetAddress> parse(String text) {
        if (text.equals("localhost")) {
            return Optional.of(InetAddress.ofLiteral("127.0.0.1"));
        }
        if (!DOTTED_QUAD.matcher(text).matches() && text.indexOf(':') < 0) {
            return Optional.empty();
        }
        try {
            return Optional.of(InetAddress.ofLiteral(text));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /// The literal of a URI: IPv6 stands in brackets (RFC 3986 §3.2.2).
    static Optional<InetAddress> parseHost(String host) {
        if (host.startsWith("[") && host.endsWith("]")) {
            return parse(host.substring(1, host.length() - 1));
        }
        return host.indexOf(':') < 0 ? parse(host) : Optional.empty();
    }
}
