package offhook.sip;

import java.net.InetAddress;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArraySet;
import java.util.stream.Collectors;
import offhook.config.Cidr;
import offhook.config.TrunkConfig;
import offhook.runtime.NanoClock;

/// Which trunk an address belongs to. A trunk without addresses belongs to nobody.
final class SipTrunks {

    private final List<TrunkConfig> trunks;

    /// Addresses that calls go out to; written by those who dial, read by all.
    private final Map<InetAddress, Set<TrunkConfig>> reached = new ConcurrentHashMap<>();

    private final Map<String, TrunkLoad> loads;

    SipTrunks(List<TrunkConfig> trunks) {
        this(trunks, NanoClock.system());
    }

    SipTrunks(List<TrunkConfig> trunks, NanoClock clock) {
        this.trunks = List.copyOf(trunks);
        this.loads =
                trunks.stream()
                        .collect(
                                Collectors.toMap(
                                        TrunkConfig::name,
                                        trunk -> new TrunkLoad(trunk.reach().load(), clock)));
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
    void reaches(InetAddress address, TrunkConfig trunk) {
        reached.computeIfAbsent(address, _ -> new CopyOnWriteArraySet<>()).add(trunk);
    }

    /// The trunk that an address belongs to, whether it may open calls or only answers ours.
    Optional<TrunkConfig> peer(InetAddress source) {
        return find(source).or(() -> reached.getOrDefault(source, Set.of()).stream().findFirst());
    }

    /// Whether an address belongs to a trunk, be it to others as well.
    boolean isPeer(InetAddress source, TrunkConfig trunk) {
        return find(source).filter(trunk::equals).isPresent()
                || reached.getOrDefault(source, Set.of()).contains(trunk);
    }

    /// The trunk that may call in from an address: the one whose most specific block holds the
    /// address; of equals the first one. The JDK itself turns IPv4-mapped IPv6 addresses into IPv4
    /// ones, so both forms meet the same block.
    Optional<TrunkConfig> find(InetAddress source) {
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
