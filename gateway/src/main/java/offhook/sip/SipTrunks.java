package offhook.sip;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Stream;
import offhook.config.Cidr;
import offhook.config.TrunkConfig;
import offhook.runtime.NanoClock;

/// Which trunk an address belongs to. A trunk without addresses belongs to nobody. Any thread.
final class SipTrunks {

    /// Exchanged whole when the configuration is read again.
    private volatile List<TrunkConfig> trunks;

    /// What trunks were configured as when calls of theirs began that still live: these may end
    /// their calls, and open none. Exchanged whole.
    private volatile List<TrunkConfig> leaving = List.of();

    private final ReachedPeers reached;

    /// Where the probe calls from now; written by who probes, read by all.
    private volatile Optional<InetSocketAddress> probeFrom = Optional.empty();

    private final Map<String, TrunkLoad> loads = new ConcurrentHashMap<>();
    private final NanoClock clock;
    private volatile Set<String> emergency;

    private final TlsConnections secured = new TlsConnections(this::isKept);

    SipTrunks(List<TrunkConfig> trunks) {
        this(trunks, Set.of(), NanoClock.system());
    }

    /// @param emergency numbers that no limit holds back
    SipTrunks(List<TrunkConfig> trunks, Set<String> emergency, NanoClock clock) {
        this.emergency = Set.copyOf(emergency);
        this.trunks = List.copyOf(trunks);
        this.clock = clock;
        this.reached = new ReachedPeers(clock);
        Stream.concat(trunks.stream(), Stream.of(ProbeTrunk.CONFIG)).forEach(this::load);
    }

    private void load(TrunkConfig trunk) {
        loads.computeIfAbsent(trunk.name(), _ -> new TrunkLoad(trunk.reach().load(), clock))
                .reconfigured(trunk.reach().load());
    }

    /// These are the trunks from now on. What is left out or changed stays as it was for the calls
    /// that it has, until [#forget].
    void reconfigured(List<TrunkConfig> wanted, Set<String> emergencyNumbers) {
        emergency = Set.copyOf(emergencyNumbers);
        wanted.forEach(this::load);
        List<TrunkConfig> before = trunks;
        // First, so that no address is a stranger's in between.
        leaving =
                Stream.concat(leaving.stream(), before.stream().filter(t -> !wanted.contains(t)))
                        .distinct()
                        .toList();
        trunks = List.copyOf(wanted);
    }

    /// What trunks were configured as that may still have calls.
    List<TrunkConfig> leaving() {
        return leaving;
    }

    /// No call lives any more that began when a trunk was configured so.
    void forget(Collection<TrunkConfig> gone) {
        leaving = leaving.stream().filter(trunk -> !gone.contains(trunk)).toList();
        loads.keySet().removeIf(name -> !isKept(name));
        reached.retain(this::isKept);
        secured.forget();
    }

    /// Whether what belongs to a trunk of this name is still of use.
    private boolean isKept(String name) {
        return name.equals(ProbeTrunk.CONFIG.name()) || known(name).isPresent();
    }

    /// What trunks are configured as, and what they were as that may still have calls.
    List<TrunkConfig> known() {
        return Stream.concat(trunks.stream(), leaving.stream()).toList();
    }

    /// Of how many trunks it is known how many calls they have.
    int loads() {
        return loads.size();
    }

    /// What a trunk is configured as now, or was when the calls began that it still has.
    private Optional<TrunkConfig> known(String name) {
        return named(trunks, name).or(() -> named(leaving, name));
    }

    private static Optional<TrunkConfig> named(List<TrunkConfig> among, String name) {
        return among.stream().filter(trunk -> trunk.name().equals(name)).findFirst();
    }

    private Stream<TrunkConfig> reachedAt(InetAddress address) {
        return reached.trunksAt(address).stream().flatMap(name -> known(name).stream());
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

    /// A request of ours goes to where a call of the trunk had its other end, so that will answer.
    void answersFrom(InetAddress address, TrunkConfig trunk) {
        reached.add(address, trunk.name());
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
        reached.add(address, trunk.name());
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
                .or(() -> reachedAt(address).findFirst())
                .or(() -> holder(leaving, address));
    }

    /// The trunk that is known by its address alone, whether it may open calls or only answers
    /// ours.
    Optional<TrunkConfig> peer(InetAddress source) {
        return find(source)
                .or(() -> reachedAt(source).filter(SipTrunks::isKnownByAddress).findFirst())
                .or(() -> holder(leaving, source).filter(SipTrunks::isKnownByAddress));
    }

    /// Whether an address belongs to a trunk that is known by it, be it to others as well.
    boolean isPeer(InetAddress source, TrunkConfig trunk) {
        return find(source).filter(found -> found.name().equals(trunk.name())).isPresent()
                || (isKnownByAddress(trunk)
                        && (reached.trunksAt(source).contains(trunk.name())
                                || holder(List.of(trunk), source).isPresent()));
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
                .or(() ->
                        transport == Transport.TLS
                                ? secured.caller(source, port)
                                        .flatMap(trunk -> named(trunks, trunk.name()))
                                        .filter(trunk -> isFrom(source, trunk))
                                : find(source));
    }

    /// Whether a trunk that has addresses has this one.
    private boolean isFrom(InetAddress source, TrunkConfig trunk) {
        return trunk.addresses().isEmpty() || holder(source).filter(trunk::equals).isPresent();
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
        return holder(trunks, source);
    }

    private static Optional<TrunkConfig> holder(List<TrunkConfig> trunks, InetAddress source) {
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
