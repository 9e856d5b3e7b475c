package offhook.app;

import java.io.IOException;
import java.net.InetAddress;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import offhook.agent.AgentRegistry;
import offhook.audit.AuditWriter;
import offhook.call.CallId;
import offhook.call.CallLimits;
import offhook.call.CallPorts;
import offhook.call.CallRegistry;
import offhook.cdr.CallRecorder;
import offhook.config.AgentsConfig;
import offhook.config.GatewayConfig;
import offhook.config.IssuerConfig;
import offhook.config.LimitsConfig;
import offhook.config.NodeConfig;
import offhook.config.RecordsConfig;
import offhook.config.TrunkConfig;
import offhook.doctor.CallDoctor;
import offhook.media.MediaEngine;
import offhook.ops.ProbeReport;
import offhook.probe.ProbeLegs;
import offhook.runtime.NanoClock;
import offhook.runtime.Owner;
import offhook.sip.ProbeTrunk;
import offhook.sip.SipEndpoint;
import offhook.sip.SipSettings;
import offhook.sipws.AgentDevices;
import offhook.sipws.PhoneDesk;
import offhook.telemetry.AuditLog;
import offhook.telemetry.Counters;
import offhook.web.TokenSecretFile;
import offhook.web.WebLimits;
import offhook.web.WebServer;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// The whole gateway: builds every room by constructors and starts them in order, media first,
/// trunks last, so that no call comes before there is somebody to take it. Stops them the other way
/// round, after the calls were ended.
///
/// Started and stopped once, by any two threads.
public final class Gateway {

    private static final Logger LOG = LogManager.getLogger(Gateway.class);
    private static final int REGISTRY_SLOTS = 4096;

    /// Longer than a DTLS handshake may take, so that its own reason is heard first.
    private static final Duration CONNECT_LIMIT = Duration.ofSeconds(12);

    private static final Duration ENDING_PATIENCE = Duration.ofSeconds(5);

    /// How to stop what runs, the latest first.
    private final Deque<Stopping> running = new ArrayDeque<>();

    /// Written while it starts.
    private Optional<GatewayOperator> control = Optional.empty();

    private Optional<CallRegistry> calls = Optional.empty();

    private Optional<GatewayProbe> probe = Optional.empty();

    private Gateway() {}

    /// Has the gateway call itself now, and waits for what comes of it.
    public ProbeReport probe() {
        return probe.map(GatewayProbe::run).orElse(ProbeReport.NONE);
    }

    /// Starts everything.
    ///
    /// @throws IOException when an address cannot be bound, or what was kept cannot be read;
    ///   nothing runs then
    ///
    /// @param source where a changed configuration is read from
    public static Gateway start(GatewayConfig config, ConfigSource source) throws IOException {
        Gateway gateway = new Gateway();
        try {
            gateway.startRooms(config, source);
            return gateway;
        } catch (IOException | RuntimeException e) {
            gateway.stopRooms();
            throw e;
        }
    }

    private void startRooms(GatewayConfig config, ConfigSource source) throws IOException {
        NanoClock clock = NanoClock.system();
        Counters counters = new Counters();
        InetAddress advertised = AdvertisedAddress.of(config);

        Optional<AuditWriter> audit = startAudit(config, clock);
        AuditLog auditLog = audit.<AuditLog>map(log -> log).orElse(AuditLog.NONE);
        Optional<CallRecorder> records = startRecords(config, clock);

        MediaEngine media =
                MediaEngine.start(
                        config.media(),
                        config.sip(),
                        trunksWithMedia(config),
                        AdvertisedAddress.ofBrowserMedia(config),
                        AdvertisedAddress.ofTrunkMedia(config),
                        config.agents().grace(),
                        clock,
                        counters);
        running.push(media::stop);

        Owner directory =
                new Owner(
                        "agents",
                        clock,
                        REGISTRY_SLOTS,
                        defect -> LOG.error("a defect in the directory of agents", defect));
        AgentRegistry agents =
                new AgentRegistry(
                        directory,
                        config.agents().users().stream().map(AgentsConfig.User::name).toList(),
                        config.queues(),
                        config.agents().issuer().map(IssuerConfig::maxAgents).orElse(0));
        config.agents().users().forEach(user -> agents.allowCalls(user.name(), user.calls()));
        Optional<Path> data = dataFolder(config);
        WebServer web =
                new WebServer(
                        config.web(),
                        data.isPresent()
                                ? TokenSecretFile.complete(config.agents(), data.get())
                                : config.agents(),
                        agents,
                        counters,
                        WebLimits.defaults(),
                        Clock.systemUTC(),
                        auditLog);
        web.measureBy(media::quality);
        web.echoThrough(media);
        PhoneDesk phones =
                new PhoneDesk(
                        agents,
                        config.agents(),
                        WebLimits.defaults(),
                        web.signIns(),
                        CONNECT_LIMIT,
                        counters.sip());
        web.servePhones(phones);
        if (data.isPresent()) {
            web.keepRevocationsIn(data.get().resolve("revocations"));
        }
        SipEndpoint sip =
                new SipEndpoint(
                        new SipSettings(
                                new NodeConfig(config.node().name(), Optional.of(advertised)),
                                config.sip(),
                                config.trunks(),
                                config.limits(),
                                config.numbers().emergency()),
                        counters,
                        clock);
        sip.recordIn(auditLog);
        ProbeLegs probeLegs = new ProbeLegs();
        CallRegistry calls =
                new CallRegistry(
                        RoutePlan.of(config),
                        limits(config.limits()),
                        config.limits().maxCalls(),
                        config.trunks().size(),
                        new CallPorts(
                                media,
                                new ProbeDirectory(agents),
                                new TargetLegs(
                                        new AgentDevices(List.of(web.legs(), phones.legs())),
                                        sip.legs(),
                                        probeLegs),
                                clock,
                                counters));
        this.calls = Optional.of(calls);
        CallDoctor doctor =
                CallDoctor.start(
                        config.ops().doctor(),
                        new CallDoctor.Senses(
                                media::quality,
                                web::browserView,
                                media::hasRoom,
                                media::standstills,
                                new TrunkPlaces(sip)),
                        clock,
                        Clock.systemUTC());
        running.push(doctor::stop);
        media.tellTransports(doctor);
        RecordingSide recording =
                new RecordingSide(
                        config,
                        name -> sip.hasTrunk(name) || agents.status(name).isPresent(),
                        doctor::story,
                        counters,
                        clock,
                        Clock.systemUTC());
        running.push(recording::stop);
        GatewayProbe probe =
                new GatewayProbe(
                        config,
                        sip,
                        calls,
                        probeLegs,
                        () -> !media.hasRoom(CallId.next()),
                        clock,
                        Clock.systemUTC());
        OperationsSide operations =
                new OperationsSide(
                        new OperationsSide.Rooms(
                                config.node().name(),
                                media,
                                agents,
                                web,
                                sip,
                                calls,
                                records,
                                doctor,
                                audit,
                                recording.recordings(),
                                probe,
                                counters,
                                clock,
                                Clock.systemUTC()));
        records.ifPresent(calls::observe);
        records.ifPresent(web::tellRemarks);
        web.explainBy(doctor::trouble);
        web.tellPages(doctor::happened);
        sip.tellPlaces(doctor::happened);
        // After the records, which must know of an end before its verdict comes.
        calls.observe(doctor);
        records.ifPresent(kept ->
                doctor.tell(
                        (id, verdict) -> kept.judged(id, verdict.level().key(), verdict.text())));
        // After the doctor, whose story goes into the box.
        recording.start(sip, web, phones, calls, media);
        calls.observe(new ViewsOfCalls(web));
        directory.start();
        running.push(directory::stop);
        phones.openCallsAt(calls);
        startWeb(web, calls);
        running.push(web::stop);

        sip.start(calls);
        running.push(sip::stop);
        running.push(() -> endCalls(calls));
        running.push(probe::stop);
        config.ops().probe().ifPresent(terms -> probe.every(terms.every()));
        this.probe = Optional.of(probe);

        records.ifPresent(kept -> {
            sip.endLeft(kept.leftDialogs());
            kept.keepDialogs(sip::openDialogs);
        });
        running.push(operations::close);
        GatewayOperator controls =
                new GatewayOperator(
                        calls,
                        web::tellDraining,
                        new Reload(
                                config,
                                source,
                                new RunningRooms(
                                        media,
                                        agents,
                                        web,
                                        phones,
                                        sip,
                                        calls,
                                        records,
                                        doctor,
                                        recording,
                                        operations)),
                        auditLog);
        operations.open(config, controls);
        control = Optional.of(controls);
        LOG.info(
                "gateway started name={} version={} advertised={}",
                config.node().name(),
                Version.current(),
                advertised.getHostAddress());
    }

    /// Those that are configured, and the one by which the gateway calls itself.
    static List<TrunkConfig> trunksWithMedia(GatewayConfig config) {
        return Stream.concat(config.trunks().stream(), Stream.of(ProbeTrunk.CONFIG)).toList();
    }

    /// Where what has to outlast a restart is kept: beside the audit log, or the records.
    private static Optional<Path> dataFolder(GatewayConfig config) {
        return config.ops()
                .audit()
                .map(audit -> audit.file().toAbsolutePath().getParent())
                .or(() -> config.ops().records().map(RecordsConfig::folder));
    }

    private Optional<AuditWriter> startAudit(GatewayConfig config, NanoClock clock)
            throws IOException {
        if (config.ops().audit().isEmpty()) {
            return Optional.empty();
        }
        AuditWriter audit =
                AuditWriter.start(
                        config.ops().audit().get(),
                        "%s %s pid=%d user=%s"
                                .formatted(
                                        config.node().name(),
                                        Version.current(),
                                        ProcessHandle.current().pid(),
                                        System.getProperty("user.name", "")),
                        clock,
                        Clock.systemUTC());
        running.push(audit::stop);
        return Optional.of(audit);
    }

    private Optional<CallRecorder> startRecords(GatewayConfig config, NanoClock clock)
            throws IOException {
        if (config.ops().records().isEmpty()) {
            return Optional.empty();
        }
        CallRecorder records =
                CallRecorder.start(
                        config.ops().records().get(),
                        config.node().name(),
                        clock,
                        Clock.systemUTC());
        running.push(records::stop);
        return Optional.of(records);
    }

    private static void startWeb(WebServer web, CallRegistry calls) throws IOException {
        try {
            web.start(calls);
        } catch (IllegalStateException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    static CallLimits limits(LimitsConfig limits) {
        return new CallLimits(
                limits.ring().toNanos(), CONNECT_LIMIT.toNanos(), limits.call().toNanos());
    }

    /// Reads the configuration again; what comes of it is in the log.
    public void reload() {
        try {
            control.ifPresent(GatewayOperator::reload);
        } catch (IllegalArgumentException e) {
            LOG.error("reload: {}", e.getMessage());
        }
    }

    /// Refuses new calls from now on, whatever operators want, and waits until those that live are
    /// over: what comes before [#stop].
    ///
    /// @return false when some were not, at the deadline
    public boolean drain(Duration patience) throws InterruptedException {
        control.ifPresent(GatewayOperator::drainForGood);
        return calls.isEmpty() || calls.get().awaitNone(patience);
    }

    private static void endCalls(CallRegistry calls) throws InterruptedException {
        if (!calls.endAll(ENDING_PATIENCE)) {
            LOG.warn("some calls did not end within {}", ENDING_PATIENCE);
        }
    }

    /// Ends all calls with a BYE, closes all sockets, ends all threads.
    public void stop() {
        stopRooms();
        LOG.info("gateway stopped");
    }

    private void stopRooms() {
        while (!running.isEmpty()) {
            try {
                running.pop().stop();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException e) {
                LOG.error("a room did not stop", e);
            }
        }
    }

    /// Stops one room.
    @FunctionalInterface
    private interface Stopping {
        void stop() throws InterruptedException;
    }
}
