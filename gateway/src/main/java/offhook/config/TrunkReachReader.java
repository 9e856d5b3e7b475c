package offhook.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.TreeSet;
import offhook.config.TrunkReach.Failover;
import offhook.config.TrunkReach.Load;
import offhook.config.TrunkReach.Ping;

/// Reads what of a trunk says where it is and whether it is there.
final class TrunkReachReader {

    private TrunkReachReader() {}

    /// @param uris all of them, the first one first
    static TrunkReach read(Section trunk, List<String> uris) {
        if (uris.size() > 1) {
            trunk.find("outbound-proxy")
                    .ifPresent(v ->
                            v.problem(
                                    "all calls go by the proxy, so 'uri' can have one value only"));
        }
        Optional<Ping> ping =
                trunk.find("ping").flatMap(Value::section).map(section -> ping(section));
        if (uris.isEmpty()) {
            trunk.find("ping")
                    .ifPresent(v -> v.problem("what is probed is 'uri', which is missing"));
        }
        return new TrunkReach(uris.stream().skip(1).toList(), ping, failover(trunk), load(trunk));
    }

    private static Ping ping(Section section) {
        Duration every = section.seconds("seconds", 1, 3600, Duration.ofSeconds(3));
        Duration timeout = section.seconds("timeout-seconds", 1, 10, Duration.ofSeconds(2));
        int fails = section.integer("fails", 1, 100, 3);
        int goods = section.integer("goods", 1, 100, 3);
        section.done();
        return new Ping(every, timeout, fails, goods);
    }

    private static Failover failover(Section trunk) {
        Failover absent = Failover.DEFAULT;
        Duration patience = trunk.seconds("failover-seconds", 1, 32, absent.patience());
        Optional<Value> codes = trunk.find("failover-codes");
        if (codes.isEmpty()) {
            return new Failover(patience, absent.codes());
        }
        Set<Integer> chosen = new TreeSet<>();
        for (Value value : codes.get().list()) {
            value.integer(400, 699).filter(code -> isElsewhere(value, code)).ifPresent(chosen::add);
        }
        return new Failover(patience, Set.copyOf(chosen));
    }

    /// Whoever is called is busy or says no: that holds wherever else the call would go.
    private static boolean isElsewhere(Value value, int code) {
        if (code == 486 || code >= 600) {
            value.problem(value.quoted() + " is the word of whoever is called, not of the trunk");
            return false;
        }
        if (code == 401 || code == 407 || code == 422 || code == 487) {
            value.problem(value.quoted() + " is a part of how a call is set up");
            return false;
        }
        return true;
    }

    private static Load load(Section trunk) {
        return new Load(
                number(trunk, "max-calls", 100_000), number(trunk, "calls-per-second", 10_000));
    }

    private static OptionalInt number(Section trunk, String key, int most) {
        return trunk.find(key)
                .flatMap(v -> v.integer(1, most))
                .map(OptionalInt::of)
                .orElse(OptionalInt.empty());
    }
}
