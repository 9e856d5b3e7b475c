package offhook.config;

import java.net.InetSocketAddress;
import java.util.List;

/// The SIP side.
///
/// @param listen where SIP is served
/// @param rtpPorts the ports of trunk RTP and RTCP, taken in even/odd pairs
/// @param dns who is asked where trunks are; empty: whom this machine asks
public record SipConfig(List<Listen> listen, PortRange rtpPorts, List<InetSocketAddress> dns) {

    /// With nothing but what every gateway has.
    public SipConfig(List<Listen> listen, PortRange rtpPorts) {
        this(listen, rtpPorts, List.of());
    }
}
