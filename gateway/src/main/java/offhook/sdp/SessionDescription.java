package offhook.sdp;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;

/// A session description (RFC 8866).
///
/// @param name `s=`
/// @param connection session-level `c=`
/// @param iceLite the describing side answers connectivity checks only (RFC 8839 §5.3)
/// @param bundle identifications of the sections that share one transport (RFC 9143), in order
public record SessionDescription(
        Origin origin,
        String name,
        Optional<InetAddress> connection,
        boolean iceLite,
        List<String> bundle,
        List<MediaSection> media) {

    public SessionDescription {
        bundle = List.copyOf(bundle);
        media = List.copyOf(media);
    }

    /// `o=` (RFC 8866 §5.2).
    ///
    /// @param sessionId unsigned
    /// @param version unsigned; counts up by one for each new description of the session
    /// @param address as written, as it may be a host name
    public record Origin(String username, long sessionId, long version, String address) {}

    /// The same description as that version of the session.
    public SessionDescription withVersion(long version) {
        return new SessionDescription(
                new Origin(origin.username(), origin.sessionId(), version, origin.address()),
                name,
                connection,
                iceLite,
                bundle,
                media);
    }
}
