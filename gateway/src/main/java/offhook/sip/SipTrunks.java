package offhook.sip;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import offhook.config.Cidr;
import offhook.config.TrunkConfig;
import offhook.runtime.NanoClock;

/// Which trunk an address belongs to. A trunk without addresses belongs to nobody.
final class SipTrunks {

    private final List<TrunkConfig> trunks;

    /// Addresses that calls go out to; written by those who dial, read by all.
    private final Map<InetAddress, Set<TrunkConfig>> reached = new ConcurrentHashMap<>();

    /// Where the probe calls from now; written by who probes, read by all.
    private volatile Optional<InetSocketAddress> probeFrom = Optional.empty();

    private final Map<String, TrunkLoad> loads;
    private final Set<String> emergency;

    private final TlsConnections secured = new TlsConnections();

    SipTrunks(List<TrunkConfig> trunks) {
        this(trunks, Set.of(), NanoClock.system());
    }

    /// @param emergency numbers that no limit holds back
    SipTrunks(List<TrunkConfig> trunks, Set<String> emergency, NanoClock clock) {
        this.emergency = Set.copyOf(emergency);
        this.trunks = List.copyOf(trunks);
        this.loads =
                Stream.concat(trunks.stream(), Stream.of(ProbeTrunk.CONFIG))
                        .collect(
                                Collectors.toMap(
                                        TrunkConfig::name,
                                        trunk -> new TrunkLoad(trunk.reach().load(), clock)));
    }

    /// Whether a number is one of an emergency service.
    boolean isEmergency(String number) {
        return emergency.contains(number);
    }

    /// Whether a request URI asks for one.
    boolean asksForHelp(String uri) {
        return !emergency.isEmpty()
                && emergency.contains(
                        uri.replaceFirst("(?i)^(?:sips?|tel):", "").split("[@;]", 2)[0]);
    }

    /// How many calls a trunk has.
    TrunkLoad loadOf(TrunkConfig trunk) {
        return Objects.requireNonNull(loads.get(trunk.name()), "no trunk of ours");
    }

    /// Every trunk of the configuration.
    List<TrunkConfig> all() {
        return trunks;
    }

    /// Requests of ours go to this address of the trunk, so it will answer.
    ///
    /// @throws IOException when a TLS connection to the address is open that is somebody else's
    void reaches(TrunkTarget target, TrunkConfig trunk) throws IOException {
        reaches(target, trunk, trunk.outboundProxy().map(TrunkUri::parse).orElse(target.uri()));
    }

    /// As [#reaches], by a way of its own.
    ///
    /// @param way whom the configuration names there
    void reaches(TrunkTarget target, TrunkConfig trunk, TrunkUri way) throws IOException {
        InetAddress address = target.address();
        reached.computeIfAbsent(address, _ -> new CopyOnWriteArraySet<>()).add(trunk);
        if (target.transport().equals("tls")) {
            // RFC 5922 §7.3: the domain of the configuration, whatever DNS made of it.
            secured.aim(address, target.port(), new TlsAim(trunk, way.host()));
        }
    }

    /// The connections that are protected by TLS.
    TlsConnections secured() {
        return secured;
    }

    /// The trunk that an address belongs to, whether it may open calls or only answers ours, and
    /// whatever else it must show to do so.
    Optional<TrunkConfig> owner(InetAddress address) {
        return holder(address)
                .or(() -> reached.getOrDefault(address, Set.of()).stream().findFirst());
    }

    /// The trunk that is known by its address alone, whether it may open calls or only answers
    /// ours.
    Optional<TrunkConfig> peer(InetAddress source) {
        return find(source)
                .or(() ->
                        reached.getOrDefault(source, Set.of()).stream()
                                .filter(SipTrunks::isKnownByAddress)
                                .findFirst());
    }

    /// Whether an address belongs to a trunk that is known by it, be it to others as well.
    boolean isPeer(InetAddress source, TrunkConfig trunk) {
        return find(source).filter(trunk::equals).isPresent()
                || (isKnownByAddress(trunk)
                        && reached.getOrDefault(source, Set.of()).contains(trunk));
    }

    /// Lets calls of the probe in, from exactly that socket, which the probe holds; empty: from
    /// nowhere. What comes from another machine cannot have an address of this one.
    void admitProbe(Optional<InetSocketAddress> from) {
        probeFrom = from;
    }

    private Optional<TrunkConfig> probe(InetAddress source, int port, Transport transport) {
        return transport == Transport.UDP
                ? probeFrom
                        .filter(from -> from.getPort() == port && from.getAddress().equals(source))
                        .map(_ -> ProbeTrunk.CONFIG)
                : Optional.empty();
    }

    /// The trunk that a message comes from, whether it may open calls or only answers ours.
    Optional<TrunkConfig> peer(InetAddress source, int port, Transport transport) {
        return probe(source, port, transport)
                .or(() -> transport == Transport.TLS ? secured.peer(source, port) : peer(source));
    }

    /// The trunk that a message comes from, if it may open calls.
    Optional<TrunkConfig> caller(InetAddress source, int port, Transport transport) {
        return probe(source, port, transport)
                .or(() -> transport == Transport.TLS ? secured.caller(source, port) : find(source));
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
