package offhook.sip;

import java.net.InetAddress;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import offhook.runtime.NanoClock;

/// The addresses that requests of ours went to, with the names of the trunks there. DNS may name
/// ever new ones: the one that was asked the longest ago gives way. Written by those who dial,
/// probe and register, read by all.
final class ReachedPeers {

    /// More than the trunks of any gateway have at one time.
    static final int MOST = 1_024;

    /// @param trunks each with when it was last asked there
    private record Place(Map<String, Long> trunks) {

        long atNanos(long nowNanos) {
            return trunks.values().stream()
                    .max(Comparator.comparingLong(at -> at - nowNanos))
                    .orElse(nowNanos);
        }
    }

    private final Map<InetAddress, Place> places = new ConcurrentHashMap<>();
    private final NanoClock clock;

    ReachedPeers(NanoClock clock) {
        this.clock = clock;
    }

    /// A request of ours goes to an address of a trunk.
    void add(InetAddress address, String trunk) {
        long nowNanos = clock.nanoTime();
        places.merge(
                address,
                new Place(Map.of(trunk, nowNanos)),
                (before, now) ->
                        new Place(
                                Stream.of(before.trunks(), now.trunks())
                                        .flatMap(each -> each.entrySet().stream())
                                        .collect(
                                                Collectors.toUnmodifiableMap(
                                                        Map.Entry::getKey,
                                                        Map.Entry::getValue,
                                                        (_, later) -> later))));
        if (places.size() > MOST) {
            places.entrySet().stream()
                    .min(
                            Comparator.comparingLong(
                                    each -> each.getValue().atNanos(nowNanos) - nowNanos))
                    .ifPresent(oldest -> places.remove(oldest.getKey(), oldest.getValue()));
        }
    }

    /// The names of the trunks that are asked there.
    Set<String> trunksAt(InetAddress address) {
        Place place = places.get(address);
        return place == null ? Set.of() : place.trunks().keySet();
    }

    /// Forgets other trunks.
    void retain(Predicate<String> known) {
        places.keySet()
                .forEach(address ->
                        places.computeIfPresent(
                                address,
                                (_, place) -> {
                                    Map<String, Long> left =
                                            place.trunks().entrySet().stream()
                                                    .filter(each -> known.test(each.getKey()))
                                                    .collect(
                                                            Collectors.toUnmodifiableMap(
                                                                    Map.Entry::getKey,
                                                                    Map.Entry::getValue));
                                    return left.isEmpty() ? null : new Place(left);
                                }));
    }

    /// How many addresses there are.
    int size() {
        return places.size();
    }
}
