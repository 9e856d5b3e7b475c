package offhook.dns;

import java.net.InetAddress;
import java.util.Optional;
import java.util.OptionalInt;

/// What the URI of a trunk says of where it is served (RFC 3261 §19.1.1).
///
/// @param host a name, or an address without brackets
/// @param port empty: DNS says, or the transport's own
/// @param transport `udp`, `tcp` or `tls`; empty: DNS says
/// @param secure whether nothing but TLS will do, as of a `sips` URI
public record ServerName(
        String host, OptionalInt port, Optional<String> transport, boolean secure) {

    /// The address that the host is; empty when it is a name.
    Optional<InetAddress> literal() {
        try {
            return Optional.of(InetAddress.ofLiteral(host));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }
}
