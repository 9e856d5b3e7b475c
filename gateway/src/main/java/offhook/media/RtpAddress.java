package offhook.media;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.StandardProtocolFamily;

/// Where trunk media of one address family is received.
///
/// @param bound what its sockets are bound to; the unspecified IPv6 address serves both families
/// @param told what trunks are told, an address of the family
public record RtpAddress(InetAddress bound, InetAddress told) {

    /// Of `told`.
    StandardProtocolFamily family() {
        return familyOf(told);
    }

    static StandardProtocolFamily familyOf(InetAddress address) {
        return address instanceof Inet4Address
                ? StandardProtocolFamily.INET
                : StandardProtocolFamily.INET6;
    }
}
