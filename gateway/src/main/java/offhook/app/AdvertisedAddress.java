package offhook.app;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import offhook.config.GatewayConfig;
import offhook.media.RtpAddress;

/// Finds the address that SDP, Via and Contact name.
public final class AdvertisedAddress {

    /// Browsers try each of them with each of their own.
    private static final int MOST_CANDIDATES = 8;

    private AdvertisedAddress() {}

    /// `node.advertise`; else the address that SIP is bound to; else, when that is any address, the
    /// first IPv4 address of this machine that is not loopback.
    public static InetAddress of(GatewayConfig config) {
        return config.node()
                .advertise()
                .orElseGet(() -> {
                    InetAddress bound = config.sip().listen().getFirst().address().getAddress();
                    return bound.isAnyLocalAddress()
                            ? firstOfMachine(true).orElse(InetAddress.getLoopbackAddress())
                            : bound;
                });
    }

    /// What browsers are told to send media to: `media.advertise`; else the same as others are
    /// told, and, where every address of this machine is bound and none was named, the others of
    /// this machine.
    public static List<InetAddress> ofBrowserMedia(GatewayConfig config) {
        if (!config.media().advertise().isEmpty()) {
            return config.media().advertise();
        }
        InetAddress first = of(config);
        InetAddress bound = config.media().listen().address().getAddress();
        if (config.node().advertise().isPresent() || !bound.isAnyLocalAddress()) {
            return List.of(first);
        }
        Stream<InetAddress> others =
                bound instanceof Inet4Address
                        ? ofMachine(true)
                        : Stream.concat(ofMachine(true), ofMachine(false));
        return Stream.concat(Stream.of(first), others).distinct().limit(MOST_CANDIDATES).toList();
    }

    /// Where trunk media is received: for each family that SIP is served in, the address of its
    /// first listener, and what trunks are told: `node.advertise` when it is of the family, else
    /// what is bound, else the machine's first. `[::]` serves both families. A machine without an
    /// IPv6 address has no family to serve, one without IPv4 is at least tried out on itself.
    public static List<RtpAddress> ofTrunkMedia(GatewayConfig config) {
        return Stream.of(true, false).flatMap(four -> ofTrunkMedia(config, four).stream()).toList();
    }

    private static Optional<RtpAddress> ofTrunkMedia(GatewayConfig config, boolean four) {
        List<InetAddress> bound =
                config.sip().listen().stream()
                        .map(listen -> listen.address().getAddress())
                        .toList();
        return bound.stream()
                .filter(address -> isOf(address, four))
                .findFirst()
                .or(() ->
                        bound.stream()
                                .filter(address -> four && address.isAnyLocalAddress())
                                .findFirst())
                .flatMap(address ->
                        config.node()
                                .advertise()
                                .filter(told -> isOf(told, four))
                                .or(() ->
                                        address.isAnyLocalAddress()
                                                ? firstOfMachine(four)
                                                : Optional.of(address))
                                .or(() ->
                                        four
                                                ? Optional.of(InetAddress.getLoopbackAddress())
                                                : Optional.empty())
                                .map(told -> new RtpAddress(address, told)));
    }

    private static boolean isOf(InetAddress address, boolean four) {
        return address instanceof Inet4Address == four;
    }

    private static Optional<InetAddress> firstOfMachine(boolean four) {
        return ofMachine(four).findFirst();
    }

    private static Stream<InetAddress> ofMachine(boolean four) {
        try {
            return NetworkInterface.networkInterfaces()
                    .filter(AdvertisedAddress::isUp)
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> isOf(address, four))
                    .filter(address ->
                            !address.isLoopbackAddress() && !address.isLinkLocalAddress());
        } catch (SocketException e) {
            return Stream.empty();
        }
    }

    private static boolean isUp(NetworkInterface each) {
        try {
            return each.isUp();
        } catch (SocketException e) {
            return false;
        }
    }
}
