package offhook.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The SIP side.
///
/// @param listen where SIP is served
/// @param rtpPorts the ports of trunk RTP and RTCP, taken in even/odd pairs
/// @param dns who is asked where trunks are; empty: whom this machine asks
/// @param tls who we are on `tls` listeners, and toward trunks that are reached over TLS
public record SipConfig(
        List<Listen> listen, PortRange rtpPorts, List<InetSocketAddress> dns, Optional<Tls> tls) {

    /// With nothing but what every gateway has.
    public SipConfig(List<Listen> listen, PortRange rtpPorts) {
        this(listen, rtpPorts, List.of());
    }

    /// Without TLS.
    public SipConfig(List<Listen> listen, PortRange rtpPorts, List<InetSocketAddress> dns) {
        this(listen, rtpPorts, dns, Optional.empty());
    }

    /// PEM files.
    ///
    /// @param ca whose certificates of trunks are believed where the trunk names no file of its own
    public record Tls(Path certificate, Path key, Optional<Path> ca) {}
}
