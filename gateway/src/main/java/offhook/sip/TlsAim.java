package offhook.sip;

import java.util.List;
import offhook.config.TrunkConfig;

/// Whom we expect behind an address that is reached over TLS.
///
/// @param host by which name or address the configuration leads there
public record TlsAim(TrunkConfig trunk, String host) {

    /// The names of which the peer's certificate must hold one (RFC 5922 §7.3).
    public List<String> names() {
        List<String> others = trunk.tls().serverNames();
        return others.isEmpty() ? List.of(host) : others;
    }

    /// Whether a certificate that proves the one aim proves the other too.
    boolean provesLike(TlsAim other) {
        return trunk.tls().equals(other.trunk().tls()) && names().equals(other.names());
    }
}
