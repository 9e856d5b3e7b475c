package offhook.ops;

import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import java.util.function.Supplier;
import offhook.runtime.NanoClock;
import offhook.telemetry.Counter;
import offhook.telemetry.Counters;

/// What [GatewayMXBean] shows, read from the rooms when asked. Any thread.
public final class GatewayView implements GatewayMXBean {

    private final IntSupplier callsActive;
    private final IntSupplier agentsOnline;
    private final Supplier<Optional<Instant>> certificateUntil;
    private final Counters counters;
    private final Supplier<Map<String, Double>> metrics;
    private final NanoClock clock;
    private final long startedAtNanos;
    private final String version;

    public GatewayView(
            IntSupplier callsActive,
            IntSupplier agentsOnline,
            Supplier<Optional<Instant>> certificateUntil,
            Counters counters,
            Supplier<Map<String, Double>> metrics,
            NanoClock clock,
            String version) {
        this.callsActive = callsActive;
        this.agentsOnline = agentsOnline;
        this.certificateUntil = certificateUntil;
        this.counters = counters;
        this.metrics = metrics;
        this.clock = clock;
        this.startedAtNanos = clock.nanoTime();
        this.version = version;
    }

    @Override
    public int getCallsActive() {
        return callsActive.getAsInt();
    }

    @Override
    public long getCallsTotal() {
        return counters.get(Counter.CALLS_STARTED);
    }

    @Override
    public int getAgentsOnline() {
        return agentsOnline.getAsInt();
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
        return metrics.get();
    }

    @Override
    public Map<String, Long> getCounters() {
        Map<String, Long> byName = new TreeMap<>();
        counters.snapshot().forEach((counter, count) -> byName.put(counter.id(), count));
        return byName;
    }

    @Override
    public String getSipCertificateUntil() {
        return certificateUntil.get().map(Instant::toString).orElse("");
    }
}
