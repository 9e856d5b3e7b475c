package offhook.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The SIP side.
///
/// @param listen where SIP is served
/// @param rtpPorts the ports of trunk RTP and RTCP, taken in even/odd pairs
/// @param tls who we are on `tls` listeners, and toward trunks that are reached over TLS
public record SipConfig(List<Listen> listen, PortRange rtpPorts, Optional<Tls> tls) {

    /// Without TLS.
    public SipConfig(List<Listen> listen, PortRange rtpPorts) {
        this(listen, rtpPorts, Optional.empty());
    }

    /// PEM files.
    ///
    /// @param ca whose certificates of trunks are believed where the trunk names no file of its own
    public record Tls(Path certificate, Path key, Optional<Path> ca) {}
}
