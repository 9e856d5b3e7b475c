package offhook.app;

import java.io.IOException;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import offhook.agent.AgentRegistry;
import offhook.agent.Presence;
import offhook.audit.AuditWriter;
import offhook.call.CallRegistry;
import offhook.cdr.CallRecorder;
import offhook.config.AgentsConfig;
import offhook.config.GatewayConfig;
import offhook.config.OpsConfig;
import offhook.config.QueueConfig;
import offhook.console.Deeds;
import offhook.console.OpsServer;
import offhook.console.Sights;
import offhook.doctor.CallDoctor;
import offhook.media.MediaEngine;
import offhook.ops.AgentViews;
import offhook.ops.Alarm;
import offhook.ops.Alarms;
import offhook.ops.BoxWatch;
import offhook.ops.CallBeans;
import offhook.ops.CallRecordings;
import offhook.ops.CallStories;
import offhook.ops.Diagnostics;
import offhook.ops.GatewayControl;
import offhook.ops.GatewayView;
import offhook.ops.Health;
import offhook.ops.JmxRegistration;
import offhook.ops.LiveAudio;
import offhook.ops.MediaLoopView;
import offhook.ops.Metrics;
import offhook.ops.QueueViews;
import offhook.ops.RemoteJmx;
import offhook.ops.TrunkHealth;
import offhook.ops.TrunkView;
import offhook.runtime.NanoClock;
import offhook.runtime.Owner;
import offhook.sip.SipEndpoint;
import offhook.sip.TrunkStatus;
import offhook.telemetry.AuditLog;
import offhook.telemetry.Counters;
import offhook.web.WebServer;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// What operations see: beans, metrics and health of the rooms that run. Made before calls come,
/// opened when the rooms run, closed before they stop.
final class OperationsSide {

    private static final Logger LOG = LogManager.getLogger(OperationsSide.class);

    /// A loop tells of itself once a second; one that is silent so long hangs.
    private static final long HANGING_NANOS = 5_000_000_000L;

    private static final int COMMANDS = 64;

    private final Rooms rooms;
    private final LiveAudio audio;
    private final Metrics metrics;
    private final Owner watch;
    private final Alarms alarms;
    private final Deque<Runnable> open = new ArrayDeque<>();

    // Set when it is opened, which whoever changes it comes after.
    private Optional<OpsServer> server = Optional.empty();
    private Optional<JmxRegistration> beans = Optional.empty();
    private Set<String> trunksShown = Set.of();

    /// Written by whoever opens, read by the alarms.
    private volatile Optional<Instant> jmxCertificateUntil = Optional.empty();

    /// What there is to see.
    record Rooms(
            String node,
            MediaEngine media,
            AgentRegistry agents,
            WebServer web,
            SipEndpoint sip,
            CallRegistry calls,
            Optional<CallRecorder> records,
            CallDoctor doctor,
            Optional<AuditWriter> audit,
            CallRecordings recordings,
            GatewayProbe probe,
            Counters counters,
            NanoClock clock,
            InstantSource wallClock) {}

    OperationsSide(Rooms rooms) {
        this.rooms = rooms;
        this.audio = new LiveAudio(rooms.calls()::snapshots, rooms.media()::quality);
        this.metrics = new Metrics(rooms.counters(), audio);
        this.watch =
                new Owner(
                        "alarms",
                        rooms.clock(),
                        COMMANDS,
                        defect -> LOG.error("a defect in the alarms", defect));
        this.alarms = new Alarms(watch, rooms.wallClock());
        rooms.calls()
                .observe(
                        new CallBeans(
                                rooms.media()::quality,
                                rooms.web()::browserView,
                                rooms.doctor()::story,
                                rooms.calls()::end,
                                rooms.clock(),
                                auditLog()));
        rooms.calls().observe(metrics.calls());
        rooms.doctor().tell((_, verdict) -> metrics.countVerdict(verdict.level().key()));
    }

    /// Shows everything.
    ///
    /// @throws IOException when the operations port or that of JMX cannot be bound
    void open(GatewayConfig all, GatewayControl control) throws IOException {
        OpsConfig config = all.ops();
        open.push(metrics::close);
        metrics.addAlarms(alarms);
        metrics.addAgents(rooms.agents());
        showTrunks();
        metrics.addQueues(rooms.agents(), rooms.clock());
        for (int i = 0; i < rooms.media().loops(); i++) {
            int index = i;
            metrics.addLoop(index, () -> rooms.media().figures(index));
        }
        metrics.addGauge(
                "offhook.draining",
                "1 while new calls are refused",
                () -> rooms.calls().isDraining() ? 1 : 0);
        rooms.records().ifPresent(this::watchRecords);
        rooms.audit().ifPresent(this::watchAudit);
        metrics.addProbe(rooms.probe());
        alarms.watch(Alarm.Kind.PROBE, rooms.probe()::trouble);
        alarms.watch(Alarm.Kind.BOXES, new BoxWatch(rooms.counters(), rooms.clock())::trouble);
        AlarmConditions.watch(
                alarms,
                rooms.media(),
                rooms.sip(),
                OwnAddresses.of(all),
                certificates(),
                audio,
                rooms.clock(),
                rooms.wallClock());
        watch.start();
        open.push(watch::stop);
        alarms.start();
        Health health = health();
        GatewayView gateway = openBeans(all, control, health);
        if (config.jmx().isPresent()) {
            RemoteJmx remote = RemoteJmx.start(config.jmx().get(), rooms.clock(), auditLog());
            open.push(remote::close);
            jmxCertificateUntil = Optional.of(remote.certificateUntil());
        }
        certificates().forEach(metrics::addCertificate);
        if (config.listen().isPresent()) {
            OpsServer port =
                    new OpsServer(
                            config.listen().get(),
                            config,
                            health,
                            metrics,
                            seen(gateway),
                            deeds(control));
            port.start();
            server = Optional.of(port);
            open.push(port::stop);
        }
    }

    /// Makes ready who may read and sign in; changes nothing.
    ///
    /// @return has it hold from then on
    Runnable prepare(OpsConfig config) {
        return server.map(port -> port.prepare(config.token(), config.users())).orElse(() -> {});
    }

    /// Shows the trunks, queues and agents that are configured by now. One thread at a time.
    void show(GatewayConfig config) {
        beans.ifPresent(jmx -> showRooms(jmx, config));
        for (String name : trunksShown) {
            if (!rooms.sip().hasTrunk(name)) {
                metrics.removeTrunk(name);
            }
        }
        showTrunks();
        metrics.showQueues(config.queues().stream().map(QueueConfig::name).toList());
    }

    /// Until when the certificates hold without which calls cannot be, by the setting that names
    /// each.
    private Map<String, Supplier<Optional<Instant>>> ofCalls() {
        Map<String, Supplier<Optional<Instant>>> until = new LinkedHashMap<>();
        until.put("sip.tls", rooms.sip()::certificateUntil);
        until.put("web.tls", rooms.web()::certificateUntil);
        return until;
    }

    private Map<String, Supplier<Optional<Instant>>> certificates() {
        Map<String, Supplier<Optional<Instant>>> until = ofCalls();
        until.put("ops.jmx.tls", () -> jmxCertificateUntil);
        return until;
    }

    private void watchRecords(CallRecorder records) {
        metrics.addGauge(
                "offhook.records.waiting",
                "bytes of call records that wait for the database",
                () -> records.figures().waitingBytes());
        metrics.addGauge(
                "offhook.records.database.up",
                "1 while the database of call records takes them",
                () -> records.figures().databaseUp() ? 1 : 0);
        metrics.addGauge(
                "offhook.records.lost",
                "call records that found room nowhere, since the start",
                () -> records.figures().lost());
        metrics.addGauge(
                "offhook.records.refused",
                "call records that the database never takes, since the start",
                () -> records.figures().refused());
        alarms.watch(Alarm.Kind.RECORDS, () -> AlarmConditions.records(records.figures()));
    }

    private void watchAudit(AuditWriter audit) {
        metrics.addGauge(
                "offhook.audit.sequence",
                "number of the last line of the audit log",
                () -> audit.figures().sequence());
        metrics.addGauge(
                "offhook.audit.lost",
                "entries of the audit log that found no room, since the start",
                () -> audit.figures().lost());
        alarms.watch(Alarm.Kind.AUDIT, () -> AlarmConditions.audit(audit.figures()));
    }

    /// Where operations are recorded.
    private AuditLog auditLog() {
        return rooms.audit().<AuditLog>map(audit -> audit).orElse(AuditLog.NONE);
    }

    private GatewayView openBeans(GatewayConfig config, GatewayControl control, Health health) {
        Diagnostics diagnostics =
                new Diagnostics(
                        rooms.calls()::snapshots,
                        rooms.sip()::trunks,
                        rooms.agents(),
                        rooms.media()::figures,
                        rooms.media().loops(),
                        alarms,
                        metrics::samples,
                        rooms.clock());
        GatewayView gateway =
                new GatewayView(
                        new GatewayView.Sources(
                                rooms.calls()::active,
                                this::online,
                                this::presences,
                                rooms.sip()::certificateUntil,
                                rooms.counters(),
                                metrics::samples,
                                health,
                                alarms,
                                stories(),
                                () -> rooms.audit().map(audit -> audit.figures().head()).orElse(""),
                                rooms.recordings(),
                                rooms.probe()),
                        control,
                        diagnostics::text,
                        rooms.clock(),
                        Version.current());
        JmxRegistration jmx = new JmxRegistration(gateway, auditLog());
        open.push(jmx::close);
        for (int i = 0; i < rooms.media().loops(); i++) {
            int index = i;
            jmx.addLoop(index, new MediaLoopView(() -> rooms.media().figures(index)));
        }
        showRooms(jmx, config);
        beans = Optional.of(jmx);
        return gateway;
    }

    private void showRooms(JmxRegistration jmx, GatewayConfig config) {
        List<TrunkStatus> trunks = rooms.sip().trunks();
        jmx.retain("Trunk", trunks.stream().map(TrunkStatus::name).toList());
        trunks.forEach(trunk -> jmx.addTrunk(trunk.name(), new TrunkView(trunk)));
        AgentViews.register(
                jmx,
                rooms.agents(),
                config.agents().users().stream().map(AgentsConfig.User::name).toList(),
                rooms.clock(),
                rooms.web()::revokeTokens);
        List<String> queues = config.queues().stream().map(QueueConfig::name).toList();
        new QueueViews(rooms.agents(), rooms.calls()::snapshots, rooms.calls()::end, rooms.clock())
                .register(jmx, queues);
    }

    private void showTrunks() {
        rooms.sip().trunks().stream()
                .filter(trunk -> !trunksShown.contains(trunk.name()))
                .forEach(metrics::addTrunk);
        trunksShown =
                rooms.sip().trunks().stream()
                        .map(TrunkStatus::name)
                        .collect(Collectors.toUnmodifiableSet());
    }

    private Deeds deeds(GatewayControl control) {
        AgentDeeds agents = new AgentDeeds(rooms.agents(), rooms.web());
        return new Deeds(
                control,
                rooms.calls()::end,
                call -> rooms.recordings().box(call.value()),
                agents::signOut,
                agents,
                auditLog());
    }

    private CallStories stories() {
        return new CallStories(rooms.doctor()::story, rooms.doctor()::last);
    }

    /// What the page shows.
    private Sights seen(GatewayView gateway) {
        return new Sights(
                rooms.node(),
                gateway,
                stories(),
                rooms.calls()::snapshots,
                rooms.media()::quality,
                rooms.sip()::trunks,
                rooms.agents(),
                rooms.media()::figures,
                rooms.media().loops(),
                rooms.clock(),
                rooms.wallClock());
    }

    private int online() {
        return (int)
                rooms.agents().statuses().values().stream()
                        .filter(status -> status.presence() != Presence.OFFLINE)
                        .count();
    }

    private Map<String, String> presences() {
        return rooms.agents().statuses().entrySet().stream()
                .collect(
                        Collectors.toMap(
                                Map.Entry::getKey, each -> each.getValue().presence().key()));
    }

    private Health health() {
        Health health = new Health();
        health.addLife("media", this::hangingLoops);
        health.addLife(
                "sip",
                () ->
                        rooms.sip().deafListeners().stream()
                                .map(at -> "nobody reads " + at)
                                .toList());
        health.addReadiness(
                "draining",
                () ->
                        rooms.calls().isDraining()
                                ? List.of("the gateway is being drained")
                                : List.of());
        health.addReadiness("pressure", this::pressure);
        health.addReadiness("trunks", () -> TrunkHealth.unreachable(rooms.sip().trunks()));
        health.addReadiness(
                "certificates",
                () ->
                        List.copyOf(
                                AlarmConditions.expiring(ofCalls(), rooms.wallClock().instant())
                                        .values()));
        health.setWarnings(() -> alarms.active().stream().map(Alarm::toString).toList());
        return health;
    }

    private List<String> hangingLoops() {
        long now = rooms.clock().nanoTime();
        return IntStream.range(0, rooms.media().loops())
                .filter(i -> now - rooms.media().figures(i).atNanos() > HANGING_NANOS)
                .mapToObj(i -> "media loop " + i + " does not move")
                .toList();
    }

    private List<String> pressure() {
        boolean full =
                IntStream.range(0, rooms.media().loops())
                        .allMatch(i -> rooms.media().figures(i).full());
        return full
                ? List.of("every media loop refuses new calls: the CPU is fully used")
                : List.of();
    }

    void close() {
        while (!open.isEmpty()) {
            open.pop().run();
        }
    }
}
