package offhook.sip;

import java.time.Clock;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import offhook.config.TrunkConfig;
import offhook.dns.ServerDirectory;
import offhook.runtime.NanoClock;
import offhook.telemetry.AuditLog;

/// What there is for each trunk of the configuration: where it takes requests, how it stands, who
/// registers with it and who probes it. Started, changed and stopped by one thread at a time, read
/// by any.
final class TrunkLines {

    /// How long an unregistration is waited for; a registrar that says nothing forgets us anyhow.
    private static final long PARTING_NANOS = 2_000_000_000;

    /// One trunk.
    record Line(
            TrunkConfig config,
            TrunkTargets targets,
            TrunkStatus status,
            LongRequests longRequests,
            Registrars registrars,
            Optional<TrunkProber> prober) {

        /// From now on the status shows how it stands with this line.
        private void shows(TrunkLoad load, AuditLog audit) {
            status.recordIn(audit);
            status.placesFrom(targets::statuses);
            status.loadFrom(load);
            status.registersWith(registrars.statuses());
        }
    }

    /// Who registers with a trunk, and how it stands with each.
    record Registrars(List<TrunkRegistrar> all, List<RegistrarStatus> statuses) {}

    private final SipTrunks trunks;
    private final Dialogs dialogs;
    private final Outlets outlets;
    private final ServerDirectory servers;
    private final NanoClock clock;

    /// In the order of the configuration. Exchanged whole.
    private volatile Map<String, Line> lines = Map.of();

    private AuditLog audit = AuditLog.NONE;
    private boolean running;
    private boolean registering;

    TrunkLines(
            List<TrunkConfig> configured,
            SipTrunks trunks,
            Dialogs dialogs,
            Outlets outlets,
            ServerDirectory servers,
            NanoClock clock) {
        this.trunks = trunks;
        this.dialogs = dialogs;
        this.outlets = outlets;
        this.servers = servers;
        this.clock = clock;
        Map<String, Line> made = new LinkedHashMap<>();
        configured.forEach(trunk -> made.put(trunk.name(), line(trunk, Optional.empty())));
        lines = made;
        made.values().forEach(this::show);
    }

    /// The line of a trunk; empty when none of this name is configured.
    Optional<Line> find(String name) {
        return Optional.ofNullable(lines.get(name));
    }

    /// How it stands with each trunk.
    List<TrunkStatus> statuses() {
        return lines.values().stream().map(Line::status).toList();
    }

    /// Where it is recorded what registrars made of ours. Before [#start].
    void recordIn(AuditLog log) {
        audit = log;
        lines.values().forEach(line -> line.status().recordIn(log));
    }

    /// Probes and registers from now on.
    void start() {
        running = true;
        registering = true;
        lines.values().forEach(this::start);
    }

    private void start(Line line) {
        line.prober().ifPresent(TrunkProber::start);
        line.registrars().all().forEach(TrunkRegistrar::start);
    }

    void stopProbing() {
        running = false;
        lines.values().forEach(line -> line.prober().ifPresent(TrunkProber::stop));
    }

    /// Has registrars forget us.
    ///
    /// @param partingNanos how long they may take, all together
    void unregister(long partingNanos) {
        if (registering) {
            registering = false;
            unregister(registrars(lines.values()), partingNanos);
        }
    }

    private void unregister(Collection<TrunkRegistrar> all, long partingNanos) {
        all.forEach(TrunkRegistrar::beginStop);
        long until = clock.nanoTime() + partingNanos;
        all.forEach(registrar -> registrar.awaitStop(until - clock.nanoTime()));
    }

    private void show(Line line) {
        line.shows(trunks.loadOf(line.config()), audit);
    }

    /// Makes ready that these are the trunks; changes nothing.
    Prepared prepare(List<TrunkConfig> wanted) {
        Map<String, Line> now = new LinkedHashMap<>();
        try {
            for (TrunkConfig trunk : wanted) {
                Optional<Line> old = find(trunk.name());
                now.put(
                        trunk.name(),
                        old.filter(line -> line.config().equals(trunk))
                                .orElseGet(() -> line(trunk, old)));
            }
        } catch (RuntimeException e) {
            lookUp(lines.values());
            throw e;
        }
        return new Prepared(lines, now);
    }

    /// Looks up the names of these trunks, and of no others.
    private void lookUp(Collection<Line> wanted) {
        servers.retain(wanted.stream().flatMap(line -> line.targets().names()).distinct().toList());
    }

    /// Other trunks, made ready: first they are taken or dropped.
    final class Prepared {

        private final Map<String, Line> before;
        private final Map<String, Line> now;

        private Prepared(Map<String, Line> before, Map<String, Line> now) {
            this.before = before;
            this.now = now;
        }

        /// These are the trunks from now on; [#exchange] comes after. Calls that live keep the line
        /// that they began on.
        void take() {
            lines = now;
            now.values().forEach(TrunkLines.this::show);
        }

        /// The trunks stay those that they were.
        void drop() {
            lookUp(before.values());
        }

        /// Exchanges who probes and who registers; waits for registrars to forget what is over, 2 s
        /// at most.
        void exchange() {
            if (running) {
                TrunkLines.this.exchange(before.values(), now.values());
            }
        }
    }

    private void exchange(Collection<Line> before, Collection<Line> now) {
        Set<TrunkProber> oldProbers = probers(before);
        Set<TrunkProber> newProbers = probers(now);
        Set<TrunkRegistrar> oldRegistrars = registrars(before);
        Set<TrunkRegistrar> newRegistrars = registrars(now);
        without(oldProbers, newProbers).forEach(TrunkProber::stop);
        without(newProbers, oldProbers).forEach(TrunkProber::start);
        // One after the other: a registrar knows us by one name, whoever says it last.
        unregister(without(oldRegistrars, newRegistrars), PARTING_NANOS);
        without(newRegistrars, oldRegistrars).forEach(TrunkRegistrar::start);
        lookUp(now);
    }

    private static <T> List<T> without(Set<T> all, Set<T> others) {
        return all.stream().filter(each -> !others.contains(each)).toList();
    }

    private static Set<TrunkProber> probers(Collection<Line> lines) {
        return lines.stream()
                .flatMap(line -> line.prober().stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    private static Set<TrunkRegistrar> registrars(Collection<Line> lines) {
        return lines.stream()
                .flatMap(line -> line.registrars().all().stream())
                .collect(Collectors.toUnmodifiableSet());
    }

    private Line line(TrunkConfig trunk, Optional<Line> old) {
        TrunkStatus status = old.map(Line::status).orElseGet(() -> new TrunkStatus(trunk.name()));
        boolean sameWay = old.filter(line -> isReachedAlike(line.config(), trunk)).isPresent();
        TrunkTargets targets =
                sameWay
                        ? old.get().targets()
                        : new TrunkTargets(trunk, servers, outlets, clock, Clock.systemUTC());
        boolean sameRegistration =
                sameWay && old.filter(line -> isRegisteredAlike(line.config(), trunk)).isPresent();
        return new Line(
                trunk,
                targets,
                status,
                new LongRequests(trunk),
                sameRegistration ? old.get().registrars() : registrars(trunk, targets, status),
                trunk.reach()
                        .ping()
                        .map(ping ->
                                new TrunkProber(
                                        trunk, ping, targets, trunks, dialogs, outlets, clock)));
    }

    /// Whether what is known of the places of a trunk holds for it as it is configured now.
    private static boolean isReachedAlike(TrunkConfig old, TrunkConfig now) {
        return old.uri().equals(now.uri())
                && old.outboundProxy().equals(now.outboundProxy())
                && old.reach().moreUris().equals(now.reach().moreUris())
                && old.reach().ping().equals(now.reach().ping())
                && old.register().equals(now.register());
    }

    private static boolean isRegisteredAlike(TrunkConfig old, TrunkConfig now) {
        return old.auth().equals(now.auth())
                && old.tls().equals(now.tls())
                && old.advertised().equals(now.advertised());
    }

    private Registrars registrars(TrunkConfig trunk, TrunkTargets targets, TrunkStatus status) {
        if (trunk.register().isEmpty()) {
            return new Registrars(List.of(), List.of());
        }
        TrunkConfig.Registering terms = trunk.register().get();
        List<RegistrarStatus> each =
                terms.registrars().stream()
                        .map(one -> new RegistrarStatus(one.name(), status))
                        .toList();
        List<TrunkRegistrar> all =
                IntStream.range(0, each.size())
                        .mapToObj(index ->
                                new TrunkRegistrar(
                                        trunk,
                                        terms,
                                        index,
                                        targets,
                                        trunks,
                                        dialogs,
                                        outlets,
                                        each.get(index),
                                        clock,
                                        Clock.systemUTC()))
                        .toList();
        return new Registrars(all, each);
    }
}
