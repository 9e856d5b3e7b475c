package offhook.ops;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import offhook.call.CallId;
import offhook.runtime.NanoClock;
import offhook.telemetry.Counter;
import offhook.telemetry.Counters;

/// What [GatewayMXBean] shows, read from the rooms when asked, and what it does. Any thread.
public final class GatewayView implements GatewayMXBean {

    private final Sources sources;

    private final GatewayControl control;
    private final Supplier<String> dump;
    private final NanoClock clock;
    private final long startedAtNanos;
    private final String version;

    /// Where it reads.
    public record Sources(
            IntSupplier callsActive,
            IntSupplier agentsOnline,
            Supplier<Map<String, String>> agents,
            Supplier<Optional<Instant>> certificateUntil,
            Counters counters,
            Supplier<Map<String, Double>> metrics,
            Health health,
            Alarms alarms,
            CallStories stories,
            Supplier<String> auditHead,
            CallRecordings recordings,
            ProbeControl probe) {}

    /// @param dump makes the text for maintainers
    public GatewayView(
            Sources sources,
            GatewayControl control,
            Supplier<String> dump,
            NanoClock clock,
            String version) {
        this.sources = sources;
        this.control = control;
        this.dump = dump;
        this.clock = clock;
        this.startedAtNanos = clock.nanoTime();
        this.version = version;
    }

    /// Whose notifications its bean sends.
    Alarms alarms() {
        return sources.alarms();
    }

    @Override
    public int getCallsActive() {
        return sources.callsActive().getAsInt();
    }

    @Override
    public long getCallsTotal() {
        return sources.counters().get(Counter.CALLS_STARTED);
    }

    @Override
    public int getAgentsOnline() {
        return sources.agentsOnline().getAsInt();
    }

    @Override
    public Map<String, String> getAgents() {
        return sources.agents().get();
    }

    @Override
    public long getUptimeSeconds() {
        return TimeUnit.NANOSECONDS.toSeconds(clock.nanoTime() - startedAtNanos);
    }

    @Override
    public String getVersion() {
        return version;
    }

    @Override
    public Map<String, Double> getMetrics() {
        return sources.metrics().get();
    }

    @Override
    public Map<String, Long> getCounters() {
        Map<String, Long> byName = new TreeMap<>();
        sources.counters().snapshot().forEach((counter, count) -> byName.put(counter.id(), count));
        return byName;
    }

    @Override
    public String getSipCertificateUntil() {
        return sources.certificateUntil().get().map(Instant::toString).orElse("");
    }

    @Override
    public String getHealth() {
        return sources.health().ready().full();
    }

    @Override
    public List<ActiveAlarm> getAlarms() {
        return sources.alarms().active().stream()
                .map(alarm ->
                        new ActiveAlarm(
                                alarm.kind().key(),
                                alarm.subject(),
                                alarm.kind().severity().key(),
                                alarm.text(),
                                alarm.remedy(),
                                alarm.since().toString()))
                .toList();
    }

    @Override
    public String getAuditHead() {
        return sources.auditHead().get();
    }

    @Override
    public boolean isDraining() {
        return control.isDraining();
    }

    @Override
    public String getLogLevel() {
        return control.logLevel();
    }

    @Override
    public void setLogLevel(String level) {
        control.logLevel(level);
    }

    @Override
    public void drain() {
        control.drain(true);
    }

    @Override
    public void undrain() {
        control.drain(false);
    }

    @Override
    public List<String> reload() {
        return control.reload();
    }

    @Override
    public ProbeReport getProbe() {
        return sources.probe().last();
    }

    @Override
    public ProbeReport probe() {
        return sources.probe().run();
    }

    @Override
    public String dump() {
        return dump.get();
    }

    @Override
    public String call(String id) {
        return sources.stories()
                .story()
                .apply(new CallId(id))
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                "no call '" + id + "' lives or is among the last"));
    }

    @Override
    public String lastCalls(int most) {
        if (most < 1 || most > MOST_LAST_CALLS) {
            throw new IllegalArgumentException(
                    "most is %d; it takes 1 to %d".formatted(most, MOST_LAST_CALLS));
        }
        return sources.stories().last().apply(most);
    }

    @Override
    public void traceCall(String id) {
        sources.recordings().trace("call", id, CallRecordings.USUAL, false);
    }

    @Override
    public void traceTrunk(String name) {
        sources.recordings().trace("trunk", name, CallRecordings.USUAL, false);
    }

    @Override
    public void traceAll() {
        sources.recordings().trace("all", "", CallRecordings.USUAL, false);
    }

    @Override
    public void stopTraces() {
        sources.recordings().stopTraces();
    }

    @Override
    public List<ActiveTrace> getTraces() {
        return sources.recordings().traces();
    }

    @Override
    public byte[] callBox(String id) {
        return sources.recordings().box(id);
    }

    @Override
    public String keepCallBox(String id) {
        return sources.recordings().keepBox(id);
    }

    @Override
    public long getBoxesFailed() {
        return sources.recordings().boxesFailed();
    }

    @Override
    public String getLastBoxFailure() {
        return sources.recordings().lastBoxFailure();
    }

    @Override
    public void traceFor(String what, String name, long seconds, boolean headers) {
        sources.recordings().trace(what, name, Duration.ofSeconds(seconds), headers);
    }
}
