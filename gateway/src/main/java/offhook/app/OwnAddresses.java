package offhook.app;

import java.net.BindException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import offhook.config.GatewayConfig;
import offhook.config.Listen;
import offhook.media.RtpAddress;

/// The addresses that this gateway listens at and tells peers of, as long as they are the
/// machine's. A socket whose address is taken from its interface stays open and hears nothing,
/// without any error, and hears again once the address is back. Any thread.
final class OwnAddresses {

    /// By what uses each. Of this machine when the gateway started.
    private final Map<String, InetAddress> used = new LinkedHashMap<>();

    private OwnAddresses() {}

    /// Those of a configuration that the gateway has started with. A wildcard names none; what
    /// peers are told of may be another machine's that stands before this one, and is none then.
    static OwnAddresses of(GatewayConfig config) {
        OwnAddresses own = new OwnAddresses();
        config.sip().listen().forEach(own::add);
        config.web().listen().forEach(own::add);
        own.add(config.media().listen());
        config.ops().listen().ifPresent(own::add);
        for (RtpAddress trunkMedia : AdvertisedAddress.ofTrunkMedia(config)) {
            own.add("trunk media " + trunkMedia.told().getHostAddress(), trunkMedia.told());
        }
        for (InetAddress told : AdvertisedAddress.ofBrowserMedia(config)) {
            own.add("browser media " + told.getHostAddress(), told);
        }
        return own;
    }

    private void add(Listen listen) {
        InetSocketAddress at = listen.address();
        String host = at.getAddress().getHostAddress();
        add("%s://%s:%d".formatted(listen.scheme(), host, at.getPort()), at.getAddress());
    }

    /// Adds one that is this machine's now.
    private void add(String by, InetAddress address) {
        if (!address.isAnyLocalAddress() && whyGone(address).isEmpty()) {
            used.put(by, address);
        }
    }

    /// Those that this machine has no more, in words by what uses them.
    Map<String, String> gone() {
        Map<InetAddress, Optional<String>> looked = new LinkedHashMap<>();
        Map<String, String> gone = new LinkedHashMap<>();
        used.forEach((by, address) ->
                looked.computeIfAbsent(address, OwnAddresses::whyGone)
                        .ifPresent(why -> gone.put(by, why)));
        return gone;
    }

    /// Asks by a socket of its own: the list of interfaces has no 127.0.0.5, and none of what may
    /// be bound although it is not this machine's.
    private static Optional<String> whyGone(InetAddress address) {
        try (DatagramSocket _ = new DatagramSocket(new InetSocketAddress(address, 0))) {
            return Optional.empty();
        } catch (BindException e) {
            return Optional.of(
                    "hears nothing, as this machine has the address no more: "
                            + Objects.requireNonNullElse(e.getMessage(), e.toString()));
        } catch (SocketException e) {
            // No socket can be opened at all, which says nothing of the address.
            return Optional.empty();
        }
    }
}
