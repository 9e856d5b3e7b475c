package offhook.ops;

import io.micrometer.core.instrument.binder.jvm.JvmGcMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmMemoryMetrics;
import io.micrometer.core.instrument.binder.jvm.JvmThreadMetrics;
import io.micrometer.core.instrument.binder.system.FileDescriptorMetrics;
import io.micrometer.core.instrument.binder.system.ProcessorMetrics;
import io.micrometer.core.instrument.binder.system.UptimeMetrics;
import io.micrometer.core.instrument.config.MeterFilter;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Instant;
import java.util.Collection;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import java.util.function.ToDoubleFunction;
import offhook.agent.AgentRegistry;
import offhook.agent.Presence;
import offhook.call.CallObserver;
import offhook.media.LoopFigures;
import offhook.runtime.NanoClock;
import offhook.sip.TrunkStatus;
import offhook.telemetry.Counter;
import offhook.telemetry.Counters;

/// Every number under the name that Prometheus and JMX show it by. The rooms are read when somebody
/// asks; only what ends (calls and their legs) is counted when it ends. Any thread.
public final class Metrics implements AutoCloseable {

    /// The content type of [#text()], the text format 0.0.4 of Prometheus.
    public static final String CONTENT_TYPE = "text/plain; version=0.0.4; charset=utf-8";

    private final PrometheusMeterRegistry registry =
            new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    private final Meters meters = new Meters(registry);
    private final CallMetrics calls = new CallMetrics(registry);
    private final JvmGcMetrics collections = new JvmGcMetrics();
    private final LiveAudio audio;

    /// Set when it is opened, which whoever changes it comes after.
    private Optional<QueueMetrics> queues = Optional.empty();

    /// @param counters shown under their own names
    /// @param living the calls that live, and how their legs sound
    public Metrics(Counters counters, LiveAudio living) {
        // Of the machine, named against Prometheus' own rules.
        registry.config()
                .meterFilter(MeterFilter.denyNameStartsWith("process.cpu.time"))
                .meterFilter(MeterFilter.denyNameStartsWith("system.cpu.count"));
        this.audio = living;
        for (Counter counter : Counter.values()) {
            bind(counter, counters);
        }
        SipMetrics.register(registry.getPrometheusRegistry(), counters.sip());
        living.bindTo(meters);
        new JvmMemoryMetrics().bindTo(registry);
        new JvmThreadMetrics().bindTo(registry);
        new ProcessorMetrics().bindTo(registry);
        new FileDescriptorMetrics().bindTo(registry);
        new UptimeMetrics().bindTo(registry);
        LogLines.bindTo(meters);
        collections.bindTo(registry);
    }

    private void bind(Counter counter, Counters counters) {
        CounterName name = CounterName.of(counter);
        meters.count(
                name.name(),
                name.description(),
                () -> counters.get(counter),
                name.labels().toArray(String[]::new));
    }

    /// Whom to tell of calls.
    public CallObserver calls() {
        return calls;
    }

    /// Counts a call that is over by what is to be said of it.
    ///
    /// @param level `good`, `fair`, `bad`, `failed` or `unknown`
    public void countVerdict(String level) {
        calls.verdict(level);
    }

    /// Shows a media loop.
    ///
    /// @param index from 0
    public void addLoop(int index, Supplier<LoopFigures> figures) {
        Loop loop = new Loop(meters, Integer.toString(index), figures);
        loop.gauge(
                "offhook.loop.utilisation.ratio",
                "Share of the last second that was not waited",
                LoopFigures::busy);
        loop.gauge(
                "offhook.loop.lateness.seconds",
                "How late the latest thing of the last second was",
                f -> f.latestNanos() / 1e9);
        loop.gauge("offhook.loop.calls", "Calls that a loop carries", LoopFigures::calls);
        loop.gauge("offhook.loop.legs", "Legs that a loop carries", LoopFigures::legs);
        loop.gauge(
                "offhook.loop.complexity", "Complexity of Opus in force", LoopFigures::complexity);
        loop.gauge(
                "offhook.loop.refusing", "1 while a loop refuses new calls", f -> f.full() ? 1 : 0);
        loop.count(
                "offhook.loop.late.ticks",
                "What was done more than 10 ms late",
                LoopFigures::lateTicks);
        loop.count(
                "offhook.loop.steps.down",
                "How often pressure lowered the complexity",
                LoopFigures::stepsDown);
        loop.count(
                "offhook.loop.steps.up",
                "How often the complexity was raised again",
                LoopFigures::stepsUp);
        loop.gauge(
                "offhook.loop.ports.used",
                "Pairs of trunk ports in use or at rest",
                LoopFigures::portsUsed);
        loop.gauge(
                "offhook.loop.ports", "Pairs of trunk ports that a loop has", LoopFigures::ports);
        loop.count("offhook.loop.packets.in", "Datagrams received", LoopFigures::packetsIn);
        loop.count("offhook.loop.packets.out", "Datagrams sent", LoopFigures::packetsOut);
        loop.count(
                "offhook.loop.cpu.seconds",
                "CPU time of the thread of a loop",
                f -> f.work().cpuNanos() / 1e9);
        addCodecs(loop);
    }

    private static void addCodecs(Loop loop) {
        String seconds = "offhook.loop.codec.seconds";
        String time = "Time that a loop spent in codecs: what transcoding costs";
        loop.count(seconds, time, "decode", f -> f.work().decodingNanos() / 1e9);
        loop.count(seconds, time, "encode", f -> f.work().encodingNanos() / 1e9);
        String frames = "offhook.loop.codec.frames";
        String done = "Frames that codecs worked on, of 20 ms mostly";
        loop.count(frames, done, "decode", f -> f.work().decoded());
        loop.count(frames, done, "encode", f -> f.work().encoded());
    }

    /// Shows a trunk.
    public void addTrunk(TrunkStatus trunk) {
        gauge(
                trunk,
                "offhook.trunk.up",
                "1 unless no place of a trunk is to be had",
                TrunkHealth::up);
        gauge(
                trunk,
                "offhook.trunk.registered",
                "1 while the registrar of a trunk knows us, 0 also when none is configured",
                t -> t.registration().equals("registered") ? 1 : 0);
        gauge(
                trunk,
                "offhook.trunk.registration.failed",
                "1 while a registration is refused or fails",
                t -> TrunkHealth.isRegistrationFailing(t) ? 1 : 0);
        gauge(
                trunk,
                "offhook.trunk.calls",
                "Calls that live on a trunk, in and out",
                TrunkStatus::callsNow);
        count(
                trunk,
                "offhook.trunk.calls.out",
                "Calls that went out to a trunk",
                TrunkStatus::callsOut);
        count(
                trunk,
                "offhook.trunk.calls.refused",
                "Calls refused by the limits of a trunk",
                TrunkStatus::callsRefused);
    }

    /// Shows nothing of a trunk any more.
    public void removeTrunk(String name) {
        registry.getMeters().stream()
                .filter(meter -> name.equals(meter.getId().getTag("trunk")))
                .forEach(registry::remove);
    }

    private void gauge(
            TrunkStatus trunk, String name, String what, ToDoubleFunction<TrunkStatus> read) {
        meters.gauge(name, what, () -> read.applyAsDouble(trunk), "trunk", trunk.name());
    }

    private void count(
            TrunkStatus trunk, String name, String what, ToDoubleFunction<TrunkStatus> read) {
        meters.count(name, what, () -> read.applyAsDouble(trunk), "trunk", trunk.name());
    }

    /// Shows how many agents are in which state.
    public void addAgents(AgentRegistry agents) {
        for (Presence presence : Presence.values()) {
            meters.gauge(
                    "offhook.agents",
                    "Agents, by what they are doing",
                    () ->
                            agents.statuses().values().stream()
                                    .filter(status -> status.presence() == presence)
                                    .count(),
                    "state",
                    presence.key());
        }
    }

    /// Shows who waits in queues, and how long those waited who came out.
    public void addQueues(AgentRegistry agents, NanoClock clock) {
        queues = Optional.of(new QueueMetrics(registry, agents, clock));
        showQueues(agents.queueNames());
    }

    /// Shows these queues, and no others. One thread at a time.
    ///
    /// @param names of those that are configured now
    public void showQueues(Collection<String> names) {
        queues.ifPresent(shown -> shown.show(names));
    }

    /// Shows how many alarms of each kind last.
    public void addAlarms(Alarms alarms) {
        for (Alarm.Kind kind : Alarm.Kind.values()) {
            meters.gauge(
                    "offhook.alarms",
                    "Alarms that last",
                    () -> alarms.active().stream().filter(alarm -> alarm.kind() == kind).count(),
                    "kind",
                    kind.key());
        }
    }

    /// Shows what comes of calls that the gateway makes to itself.
    public void addProbe(ProbeControl probe) {
        meters.count("offhook.probe.runs", "Calls that the gateway made to itself", probe::runs);
        meters.count(
                "offhook.probe.failures",
                "Calls of the gateway to itself that failed",
                probe::failures);
        meters.gauge(
                "offhook.probe.success",
                "1 when the last call of the gateway to itself was heard both ways",
                () -> probe.runs() == 0 ? Double.NaN : probe.last().succeeded() ? 1 : 0);
        probeGauge(
                "offhook.probe.setup.seconds",
                "From INVITE to answer",
                probe,
                ProbeReport::setUpSeconds);
        String delay = "offhook.probe.audio.delay.seconds";
        String late = "From the packet that has a sound's beginning to its arrival";
        probeGauge(delay, late, probe, ProbeReport::delayToBrowserSeconds, "to", "browser");
        probeGauge(delay, late, probe, ProbeReport::delayToPhoneSeconds, "to", "phone");
        String level = "offhook.probe.level.db";
        String louder = "How much louder a tone arrives than it was sent";
        probeGauge(level, louder, probe, ProbeReport::levelToBrowserDb, "to", "browser");
        probeGauge(level, louder, probe, ProbeReport::levelToPhoneDb, "to", "phone");
    }

    private void probeGauge(
            String name,
            String what,
            ProbeControl probe,
            ToDoubleFunction<ProbeReport> read,
            String... labels) {
        meters.gauge(name, what, () -> read.applyAsDouble(probe.last()), labels);
    }

    /// Shows until when a certificate holds.
    ///
    /// @param setting that names it
    /// @param until empty when none is configured
    public void addCertificate(String setting, Supplier<Optional<Instant>> until) {
        if (until.get().isPresent()) {
            meters.gauge(
                    "offhook.certificate.until.seconds",
                    "Until when a certificate holds, Unix time",
                    () ->
                            until.get()
                                    .map(Instant::getEpochSecond)
                                    .map(Long::doubleValue)
                                    .orElse(Double.NaN),
                    "setting",
                    setting);
        }
    }

    /// Shows a number that is either of the moment.
    ///
    /// @param name as of Micrometer, with dots
    public void addGauge(String name, String what, Supplier<Number> read) {
        meters.gauge(name, what, () -> read.get().doubleValue());
    }

    /// Everything, as Prometheus reads it.
    public String text() {
        audio.look();
        return registry.scrape();
    }

    /// Everything by the names and labels that [#text()] has.
    public Map<String, Double> samples() {
        Map<String, Double> samples = new TreeMap<>();
        text().lines()
                .filter(line -> !line.startsWith("#") && !line.isBlank())
                .forEach(line -> {
                    int end = line.lastIndexOf(' ');
                    samples.put(line.substring(0, end), number(line.substring(end + 1)));
                });
        return samples;
    }

    private static double number(String text) {
        return switch (text) {
            case "+Inf" -> Double.POSITIVE_INFINITY;
            case "-Inf" -> Double.NEGATIVE_INFINITY;
            default -> Double.parseDouble(text);
        };
    }

    @Override
    public void close() {
        collections.close();
        registry.close();
    }

    /// A loop and where its numbers go.
    private record Loop(Meters meters, String index, Supplier<LoopFigures> figures) {

        void gauge(String name, String what, ToDoubleFunction<LoopFigures> read) {
            meters.gauge(name, what, () -> read.applyAsDouble(figures.get()), "loop", index);
        }

        void count(String name, String what, ToDoubleFunction<LoopFigures> read) {
            meters.count(name, what, () -> read.applyAsDouble(figures.get()), "loop", index);
        }

        void count(String name, String what, String work, ToDoubleFunction<LoopFigures> read) {
            meters.count(
                    name,
                    what,
                    () -> read.applyAsDouble(figures.get()),
                    "loop",
                    index,
                    "work",
                    work);
        }
    }
}
