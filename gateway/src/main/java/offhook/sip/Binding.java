package offhook.sip;

import java.io.IOException;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.Comparator;
import java.util.Optional;
import offhook.config.Listen;
import offhook.config.TrunkConfig;

/// Where SIP is served: the address that is bound, and the one that Via and Contact name.
///
/// @param transport `udp`, `tcp` or `tls`
/// @param bound what the socket is bound to
/// @param advertised what peers are told
record Binding(String transport, InetSocketAddress bound, InetAddress advertised) {

    /// Reads one entry of the configuration.
    ///
    /// @param advertise the configured address; without one the bound address, or the machine's
    ///   first that is not loopback when all are bound
    static Binding of(Listen listen, Optional<InetAddress> advertise) throws IOException {
        InetAddress bound = listen.address().getAddress();
        // Where several are bound, an address of the other family is no name for this one.
        Optional<InetAddress> told =
                advertise.filter(a ->
                        bound.isAnyLocalAddress()
                                || a instanceof Inet4Address == bound instanceof Inet4Address);
        InetAddress advertised =
                told.isPresent() ? told.get() : bound.isAnyLocalAddress() ? firstAddress() : bound;
        return new Binding(listen.scheme(), listen.address(), advertised);
    }

    private static InetAddress firstAddress() throws IOException {
        return NetworkInterface.networkInterfaces()
                .flatMap(NetworkInterface::inetAddresses)
                .filter(a -> !a.isLoopbackAddress() && !a.isLinkLocalAddress())
                .min(Comparator.comparing(a -> !(a instanceof Inet4Address)))
                .orElse(InetAddress.getLoopbackAddress());
    }

    /// The same, as a trunk is told of it.
    Binding toldTo(TrunkConfig trunk) {
        return new Binding(transport, bound, trunk.advertised().signalling(advertised));
    }

    /// The advertised address as a URI writes it.
    String advertisedHost() {
        return host(advertised);
    }

    /// An address as a URI writes it (RFC 3986 §3.2.2).
    static String host(InetAddress address) {
        String host = address.getHostAddress();
        return address instanceof Inet4Address ? host : "[" + host + "]";
    }
}
