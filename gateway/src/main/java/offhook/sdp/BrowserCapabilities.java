package offhook.sdp;

import java.net.InetAddress;
import java.util.List;

/// What we can do on a browser leg.
///
/// @param codecs encoding names, the preferred one first: `opus`, `PCMU`, `PCMA`
/// @param opus parameters of `opus`
/// @param telephoneEvent whether digits travel as RFC 4733 events
/// @param wanted the direction we want, `SENDRECV` in an ordinary call
/// @param addresses of our host candidates, the preferred one first
/// @param port of all of them
/// @param ice our credentials
/// @param fingerprint of our certificate
/// @param ssrc of our outgoing track, unsigned 32 bits
/// @param cname of our outgoing track (RFC 7022)
/// @param msid stream and track of our outgoing track, `stream track`
/// @param sessionId of our `o=` line; a later description takes it from the one before
public record BrowserCapabilities(
        List<String> codecs,
        OpusParameters opus,
        boolean telephoneEvent,
        Direction wanted,
        List<InetAddress> addresses,
        int port,
        IceCredentials ice,
        Fingerprint fingerprint,
        long ssrc,
        String cname,
        String msid,
        long sessionId) {

    public BrowserCapabilities {
        codecs = List.copyOf(codecs);
        addresses = List.copyOf(addresses);
        if (addresses.isEmpty()) {
            throw new IllegalArgumentException("no address");
        }
        if (codecs.isEmpty()) {
            throw new IllegalArgumentException("no codec");
        }
    }

    /// Of the default candidate (RFC 8839 §4.2.1.1).
    InetAddress address() {
        return addresses.getFirst();
    }
}
