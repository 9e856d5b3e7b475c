package offhook.sip;

import java.io.IOException;
import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import offhook.config.Cidr;
import offhook.config.TrunkConfig;

/// Which trunk an address belongs to. A trunk without addresses belongs to nobody.
final class SipTrunks {

    private final List<TrunkConfig> trunks;

    /// Addresses that calls go out to; written by those who dial, read by all.
    private final Map<InetAddress, TrunkConfig> reached = new ConcurrentHashMap<>();

    private final TlsConnections secured = new TlsConnections();

    SipTrunks(List<TrunkConfig> trunks) {
        this.trunks = List.copyOf(trunks);
    }

    /// Requests of ours go to this address of the trunk, so it will answer.
    ///
    /// @param host by which name or address the configuration leads there; over TLS the certificate
    ///   must name it
    /// @throws IOException when a TLS connection to the address is open that is somebody else's
    void reaches(InetAddress address, int port, String transport, String host, TrunkConfig trunk)
            throws IOException {
        reached.putIfAbsent(address, trunk);
        if (transport.equals("tls")) {
            secured.aim(address, port, new TlsAim(trunk, host));
        }
    }

    /// The connections that are protected by TLS.
    TlsConnections secured() {
        return secured;
    }

    /// The trunk that an address belongs to, whether it may open calls or only answers ours, and
    /// whatever else it must show to do so.
    Optional<TrunkConfig> owner(InetAddress address) {
        return holder(address).or(() -> Optional.ofNullable(reached.get(address)));
    }

    /// The trunk that is known by its address alone, whether it may open calls or only answers
    /// ours.
    Optional<TrunkConfig> peer(InetAddress source) {
        return owner(source).filter(SipTrunks::isKnownByAddress);
    }

    /// The trunk that a message comes from, whether it may open calls or only answers ours.
    Optional<TrunkConfig> peer(InetAddress source, int port, Transport transport) {
        return transport == Transport.TLS ? secured.peer(source, port) : peer(source);
    }

    /// The trunk that a message comes from, if it may open calls.
    Optional<TrunkConfig> caller(InetAddress source, int port, Transport transport) {
        return transport == Transport.TLS ? secured.caller(source, port) : find(source);
    }

    /// Trunks that show a certificate, wherever they connect from.
    List<TrunkConfig> knownByCertificate() {
        return trunks.stream()
                .filter(t -> t.addresses().isEmpty() && !isKnownByAddress(t))
                .toList();
    }

    /// Whether a trunk shows no certificate.
    static boolean isKnownByAddress(TrunkConfig trunk) {
        return trunk.tls().clientNames().isEmpty();
    }

    /// The trunk that may call in from an address by UDP or TCP: the one that holds it, unless it
    /// has to show a certificate.
    Optional<TrunkConfig> find(InetAddress source) {
        return holder(source).filter(SipTrunks::isKnownByAddress);
    }

    /// The trunk whose most specific block holds an address; of equals the first one. The JDK
    /// itself turns IPv4-mapped IPv6 addresses into IPv4 ones, so both forms meet the same block.
    Optional<TrunkConfig> holder(InetAddress source) {
        Optional<TrunkConfig> best = Optional.empty();
        int bestLength = -1;
        for (TrunkConfig trunk : trunks) {
            for (Cidr block : trunk.addresses()) {
                if (block.prefixLength() > bestLength && block.contains(source)) {
                    best = Optional.of(trunk);
                    bestLength = block.prefixLength();
                }
            }
        }
        return best;
    }
}
