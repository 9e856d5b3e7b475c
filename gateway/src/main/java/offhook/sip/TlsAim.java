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

    /// Whether a connection of the one aim is good for the other: the certificate proves both, or
    /// the trunk is the same and was configured otherwise meanwhile; then the connection stays what
    /// it was as long as it is open.
    boolean isOfSame(TlsAim other) {
        boolean sameTrunk = trunk.name().equals(other.trunk().name()) && host.equals(other.host());
        boolean sameProof =
                trunk.tls().equals(other.trunk().tls()) && names().equals(other.names());
        return sameTrunk || sameProof;
    }
}
