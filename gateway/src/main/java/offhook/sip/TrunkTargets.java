package offhook.sip;

import java.io.IOException;
import java.time.Clock;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;
import offhook.config.TrunkConfig;
import offhook.dns.LocatedServers;
import offhook.dns.Server;
import offhook.dns.ServerDirectory;
import offhook.dns.ServerName;
import offhook.dns.ServerOrder;
import offhook.runtime.NanoClock;

/// Where one trunk takes requests, and in which order it is asked: as its `uri`s and DNS have it,
/// those that are down last. Any thread.
final class TrunkTargets {

    /// How long the first call of all waits for DNS.
    private static final long FIRST_LOOK_UP_NANOS = TimeUnit.SECONDS.toNanos(4);

    /// DNS may name ever new addresses; what is known of the oldest ones is forgotten then.
    private static final int MAX_KNOWN = 256;

    /// A name of the configuration.
    ///
    /// @param request whom requests name
    private record Place(TrunkUri request, TrunkUri next, LocatedServers servers) {}

    /// What tells one place from another, whoever named it.
    private record Key(String where, String transport) {}

    private final TrunkConfig trunk;
    private final Outlets outlets;
    private final NanoClock clock;
    private final Clock wallClock;
    private final Instant madeAt;
    private final List<Place> ofCalls;
    private final List<Place> ofRegistrars;
    private final RandomGenerator random = Identifiers.random();
    private final Map<Key, TargetHealth> health = new ConcurrentHashMap<>();

    TrunkTargets(
            TrunkConfig trunk,
            ServerDirectory directory,
            Outlets outlets,
            NanoClock clock,
            Clock wallClock) {
        this.trunk = trunk;
        this.outlets = outlets;
        this.clock = clock;
        this.wallClock = wallClock;
        this.madeAt = wallClock.instant();
        this.ofCalls =
                Stream.concat(trunk.uri().stream(), trunk.reach().moreUris().stream())
                        .map(uri -> place(uri, trunk.outboundProxy(), directory))
                        .toList();
        this.ofRegistrars =
                trunk.register().stream()
                        .flatMap(terms -> terms.registrars().stream())
                        .map(each ->
                                place(each.uri().orElseThrow(), each.outboundProxy(), directory))
                        .toList();
    }

    private static Place place(String uri, Optional<String> proxy, ServerDirectory directory) {
        TrunkUri request = TrunkUri.parse(uri);
        TrunkUri next = proxy.map(TrunkUri::parse).orElse(request);
        return new Place(request, next, directory.of(next.serverName()));
    }

    /// The targets of calls, those that are up before the others.
    ///
    /// @param anyhow whether those that are down may be asked however often
    /// @throws IOException when there is none, saying why
    List<TrunkTarget> ofCalls(boolean anyhow) throws IOException {
        if (ofCalls.isEmpty()) {
            throw new IOException("trunk " + trunk.name() + " has no uri");
        }
        List<TrunkTarget> up = new ArrayList<>();
        List<TrunkTarget> down = new ArrayList<>();
        for (TrunkTarget target : known(ofCalls)) {
            TargetHealth now = healthOf(target);
            (now.isUsable() || now.takesTrial() ? up : down).add(target);
        }
        if (up.isEmpty() && !anyhow) {
            up.addAll(down.stream().filter(t -> healthOf(t).takesLastResort()).limit(1).toList());
            if (up.isEmpty()) {
                throw new IOException("all of " + down + " are down");
            }
        } else if (anyhow) {
            up.addAll(down);
        }
        return up;
    }

    /// The names that are looked up for it.
    Stream<ServerName> names() {
        return Stream.concat(ofCalls.stream(), ofRegistrars.stream())
                .map(place -> place.next().serverName());
    }

    /// Where REGISTER goes, the first one first.
    ///
    /// @param registrar which of those that we register with, from 0
    List<TrunkTarget> ofRegistrar(int registrar) throws IOException {
        return known(List.of(ofRegistrars.get(registrar)));
    }

    /// All places of calls that are known now, as DNS ranks them. Never waits.
    List<TrunkTarget> places() {
        Set<TrunkTarget> all = new LinkedHashSet<>();
        for (Place place : ofCalls) {
            place.servers().known().servers().stream()
                    .sorted(Comparator.comparingInt(Server::rank))
                    .map(server -> target(place, server))
                    .filter(outlets::reach)
                    .forEach(all::add);
        }
        return List.copyOf(all);
    }

    /// The same for those who operate the gateway.
    List<TrunkStatus.Place> statuses() {
        String error = lookUpError();
        if (places().isEmpty() && !error.isEmpty()) {
            String name = ofCalls.getFirst().next().host();
            return List.of(new TrunkStatus.Place(name, "-", "-", "unlocated", error, madeAt));
        }
        return places().stream()
                .map(target -> {
                    TargetHealth now = healthOf(target);
                    return new TrunkStatus.Place(
                            target.host(),
                            target.where(),
                            target.transport(),
                            now.word(),
                            now.lastError(),
                            now.since());
                })
                .toList();
    }

    /// Why a name of the trunk is not known; empty when all are.
    private String lookUpError() {
        return ofCalls.stream()
                .map(place -> place.servers().known().lastError())
                .filter(error -> !error.isEmpty())
                .findFirst()
                .orElse("");
    }

    private List<TrunkTarget> known(List<Place> places) throws IOException {
        Set<TrunkTarget> all = new LinkedHashSet<>();
        String error = "";
        for (Place place : places) {
            LocatedServers.Known known = place.servers().await(FIRST_LOOK_UP_NANOS);
            error = known.servers().isEmpty() ? known.lastError() : error;
            ServerOrder.draw(known.servers(), random).stream()
                    .map(server -> target(place, server))
                    .forEach(all::add);
        }
        List<TrunkTarget> reachable = all.stream().filter(outlets::reach).toList();
        if (reachable.isEmpty()) {
            throw new IOException(
                    !all.isEmpty()
                            ? "sip.listen has no listener of the transport and family of " + all
                            : error.isEmpty() ? "DNS has not answered yet" : error);
        }
        return reachable;
    }

    private static TrunkTarget target(Place place, Server server) {
        return new TrunkTarget(
                place.request(),
                server.host(),
                server.address(),
                server.port(),
                server.transport());
    }

    TargetHealth healthOf(TrunkTarget target) {
        if (health.size() > MAX_KNOWN) {
            health.clear();
        }
        return health.computeIfAbsent(
                new Key(target.where(), target.transport()),
                _ -> new TargetHealth(trunk.reach().ping(), clock, wallClock));
    }
}
