package offhook.sdp;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Arrays;
import java.util.Optional;
import offhook.fault.Verdict;

/// Where a trunk asks us to send. It may not turn us on the machine itself, on its link, or on many
/// hosts at once; which networks a trunk may name beyond that is the trunk's configuration.
final class RemoteAddress {

    /// RTP has no business on ports of system services (RFC 6335 §6).
    private static final int FIRST_USER_PORT = 1024;

    /// Of an IPv6 address, before the IPv4 address that it may carry.
    private static final int PREFIX_BYTES = 12;

    private RemoteAddress() {}

    /// The address, if it may be sent to from `ours`. The unspecified one passes, as it stands for
    /// a call on hold (RFC 3264 §8.4).
    static InetSocketAddress checked(Optional<InetAddress> address, int port, InetAddress ours)
            throws SdpException {
        InetAddress theirs = address.orElseThrow(() -> refusal("no c= line"));
        if (theirs.isAnyLocalAddress()) {
            return new InetSocketAddress(theirs, Math.min(port, 65535));
        }
        if (theirs.getAddress().length != ours.getAddress().length) {
            throw refusal("address " + theirs.getHostAddress() + " is not of the family of ours");
        }
        if (theirs.isMulticastAddress() || isReserved(theirs)) {
            throw refusal("address " + theirs.getHostAddress() + " is not one host's");
        }
        if (theirs.isLoopbackAddress() && !ours.isLoopbackAddress()) {
            throw refusal("address " + theirs.getHostAddress() + " is this machine's own");
        }
        if (theirs.isLinkLocalAddress() && !ours.isLinkLocalAddress()) {
            throw refusal("address " + theirs.getHostAddress() + " is of one link only");
        }
        if (port < FIRST_USER_PORT || port > 65535) {
            throw refusal("port " + port + " is not within " + FIRST_USER_PORT + "-65535");
        }
        return new InetSocketAddress(theirs, port);
    }

    /// Of IPv4: 0/8 (RFC 1122 §3.2.1.3) and 240/4 with the broadcast address (RFC 1112 §4). Of
    /// IPv6: those that carry one of IPv4 (RFC 4291 §2.5.5.1).
    private static boolean isReserved(InetAddress address) {
        byte[] bytes = address.getAddress();
        return bytes.length == 4
                ? bytes[0] == 0 || (bytes[0] & 0xff) >= 240
                : !address.isLoopbackAddress()
                        && Arrays.equals(
                                bytes, 0, PREFIX_BYTES, new byte[PREFIX_BYTES], 0, PREFIX_BYTES);
    }

    private static SdpException refusal(String what) {
        return new SdpException(Verdict.notAcceptable(), what);
    }
}
