package offhook.app;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.NetworkInterface;
import java.net.SocketException;
import java.util.Optional;
import offhook.config.GatewayConfig;

/// Finds the address that SDP, Via and Contact name.
public final class AdvertisedAddress {

    private AdvertisedAddress() {}

    /// `node.advertise`; else the address that SIP is bound to; else, when that is any address, the
    /// first IPv4 address of this machine that is not loopback.
    public static InetAddress of(GatewayConfig config) {
        return config.node()
                .advertise()
                .orElseGet(() -> {
                    InetAddress bound = config.sip().listen().getFirst().address().getAddress();
                    return bound.isAnyLocalAddress()
                            ? firstOfMachine().orElse(InetAddress.getLoopbackAddress())
                            : bound;
                });
    }

    private static Optional<InetAddress> firstOfMachine() {
        try {
            return NetworkInterface.networkInterfaces()
                    .filter(AdvertisedAddress::isUp)
                    .flatMap(NetworkInterface::inetAddresses)
                    .filter(address -> address instanceof Inet4Address)
                    .filter(address -> !address.isLoopbackAddress())
                    .findFirst();
        } catch (SocketException e) {
            return Optional.empty();
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
