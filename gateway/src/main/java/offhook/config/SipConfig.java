package offhook.config;

import java.util.List;

/// The SIP side.
///
/// @param listen where SIP is served
/// @param rtpPorts the ports of trunk RTP and RTCP, taken in even/odd pairs
public record SipConfig(List<Listen> listen, PortRange rtpPorts) {}
