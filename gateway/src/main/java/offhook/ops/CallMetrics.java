package offhook.ops;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Timer;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.core.datapoints.DistributionDataPoint;
import io.prometheus.metrics.core.metrics.Histogram;
import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.function.Supplier;
import offhook.call.CallDirection;
import offhook.call.CallEnd;
import offhook.call.CallEnd.LegEnd;
import offhook.call.CallId;
import offhook.call.CallObserver;
import offhook.call.CallSnapshot;
import offhook.call.MediaSummary;

/// What became of calls, counted once when each is over, on the call's own thread. Every call that
/// began is counted once under one result and one cause, and every call that was turned away; so
/// the sum is the number of calls that came, save those that live.
final class CallMetrics implements CallObserver {

    /// Who heard it.
    private static final String BY_US = "by-us";

    private static final String BY_PEER = "by-peer";

    private static final Duration[] SET_UP = seconds(0.05, 0.1, 0.25, 0.5, 1, 2, 5, 10);
    private static final Duration[] RINGING = seconds(1, 2, 5, 10, 15, 20, 30, 45, 60, 120);
    private static final Duration[] TALK = seconds(5, 15, 30, 60, 120, 300, 600, 1800, 3600, 7200);
    private static final double[] MOS = {1.5, 2, 2.5, 3, 3.3, 3.6, 3.8, 4, 4.2, 4.4};
    private static final double[] LOSS = {0.001, 0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.5};
    private static final double[] JITTER = {0.001, 0.002, 0.005, 0.01, 0.02, 0.03, 0.05, 0.1, 0.2};
    private static final double[] ROUND_TRIP = {0.005, 0.01, 0.02, 0.05, 0.1, 0.2, 0.3, 0.5, 1};
    private static final double[] BUFFER = {0.01, 0.02, 0.03, 0.04, 0.06, 0.08, 0.1, 0.15, 0.2};

    /// With the ends of what G.114 calls good and bearable one way: 150 and 400 ms.
    private static final double[] DELAY = {0.02, 0.04, 0.06, 0.1, 0.15, 0.2, 0.3, 0.4, 0.6, 1};

    private final PrometheusMeterRegistry registry;
    private final Histogram mos;
    private final Histogram loss;
    private final Histogram jitter;
    private final Histogram roundTrip;
    private final Histogram buffer;
    private final Histogram delay;
    private final KnownLabels causes = new KnownLabels();
    private final KnownLabels codecs = new KnownLabels();

    CallMetrics(PrometheusMeterRegistry registry) {
        this.registry = registry;
        this.mos =
                histogram(
                        "offhook_leg_mos",
                        "Mean opinion of how a leg was heard over the whole call, 1 to 4.5; without the"
                                + " network's delay where nobody measured it",
                        MOS,
                        "kind",
                        "heard");
        this.loss =
                histogram(
                        "offhook_leg_loss_ratio",
                        "Share of the packets of a leg that the network lost",
                        LOSS,
                        "kind",
                        "heard");
        this.jitter =
                histogram(
                        "offhook_leg_jitter_seconds",
                        "Interarrival jitter of a leg at its end (RFC 3550)",
                        JITTER,
                        "kind");
        this.roundTrip =
                histogram(
                        "offhook_leg_round_trip_seconds",
                        "To the peer of a leg and back at its end, by RTCP",
                        ROUND_TRIP,
                        "kind");
        this.buffer =
                histogram(
                        "offhook_leg_buffer_seconds",
                        "What the jitter buffer added to the delay of a leg's audio, on the average",
                        BUFFER,
                        "kind");
        this.delay =
                histogram(
                        "offhook_leg_delay_seconds",
                        "From the peer of a leg until its audio is played on: half the round trip,"
                                + " and the jitter buffer",
                        DELAY,
                        "kind");
    }

    /// By Prometheus' own library: Micrometer's summaries round up to whole numbers before they
    /// look for the bucket.
    private Histogram histogram(String name, String help, double[] bounds, String... labels) {
        return Histogram.builder()
                .name(name)
                .help(help)
                .labelNames(labels)
                .classicOnly()
                .withoutExemplars()
                .classicUpperBounds(bounds)
                .register(registry.getPrometheusRegistry());
    }

    private static Duration[] seconds(double... bounds) {
        Duration[] durations = new Duration[bounds.length];
        for (int i = 0; i < bounds.length; i++) {
            durations[i] = Duration.ofMillis(Math.round(1000 * bounds[i]));
        }
        return durations;
    }

    @Override
    public void began(CallId id, Supplier<CallSnapshot> now) {}

    @Override
    public void turnedAway(String source, CallDirection direction, String reason) {
        count(direction, "turned-away", reason);
    }

    @Override
    public void ended(CallId id, CallEnd end) {
        count(end.direction(), name(end.result()), end.cause().reason());
        String direction = name(end.direction());
        long startedNanos = end.last().startedNanos();
        (end.ringingNanos().isPresent() ? end.ringingNanos() : end.answeredNanos())
                .ifPresent(sign -> setUp(direction).record(Duration.ofNanos(sign - startedNanos)));
        end.ringingNanos()
                .ifPresent(ringing -> {
                    long until = end.answeredNanos().orElse(end.endedNanos());
                    ringing(direction).record(Duration.ofNanos(until - ringing));
                });
        end.answeredNanos()
                .ifPresent(answered ->
                        talk(direction).record(Duration.ofNanos(end.endedNanos() - answered)));
        end.legs().forEach(this::leg);
        codecs(end.legs());
    }

    private void count(CallDirection direction, String result, String cause) {
        Counter.builder("offhook.calls.ended")
                .description("Calls that are over or were turned away, by how they went and why")
                .tag("direction", name(direction))
                .tag("result", result)
                .tag("cause", causes.of(cause))
                .register(registry)
                .increment();
    }

    void verdict(String level) {
        Counter.builder("offhook.calls.verdict")
                .description("Calls that are over, by what the call doctor says of them")
                .tag("level", level)
                .register(registry)
                .increment();
    }

    private Timer setUp(String direction) {
        return Timer.builder("offhook.call.setup")
                .description("From a call's arrival until somebody rings, or answers without")
                .tag("direction", direction)
                .serviceLevelObjectives(SET_UP)
                .register(registry);
    }

    private Timer ringing(String direction) {
        return Timer.builder("offhook.call.ringing")
                .description("From the first ringing until the answer, or the end without one")
                .tag("direction", direction)
                .serviceLevelObjectives(RINGING)
                .register(registry);
    }

    private Timer talk(String direction) {
        return Timer.builder("offhook.call.talk")
                .description("From when both hear each other until the end")
                .tag("direction", direction)
                .serviceLevelObjectives(TALK)
                .register(registry);
    }

    private void leg(LegEnd leg) {
        MediaSummary media = leg.media();
        String kind = leg.leg().kind();
        observe(mos.labelValues(kind, BY_US), media.mos());
        observe(mos.labelValues(kind, BY_PEER), media.peerMos());
        observe(
                loss.labelValues(kind, BY_US),
                share(media.lost(), media.received() + media.lost()));
        observe(loss.labelValues(kind, BY_PEER), share(media.peerLost(), media.sent()));
        observe(jitter.labelValues(kind), media.jitterMillis() / 1000);
        observe(roundTrip.labelValues(kind), media.roundTripMillis() / 1000);
        observe(buffer.labelValues(kind), media.bufferMillis() / 1000);
        observe(delay.labelValues(kind), media.delayMillis() / 1000);
    }

    private static double share(long part, long whole) {
        return whole <= 0 ? Double.NaN : Math.clamp((double) part / whole, 0, 1);
    }

    /// What nobody measured is not recorded.
    private static void observe(DistributionDataPoint where, double value) {
        if (!Double.isNaN(value)) {
            where.observe(value);
        }
    }

    /// Which codecs a call joined: what differs was transcoded, and costs.
    private void codecs(List<LegEnd> legs) {
        if (legs.size() < 2) {
            return;
        }
        String first = legs.get(0).media().codec();
        String second = legs.get(1).media().codec();
        Counter.builder("offhook.calls.codecs")
                .description("Calls that are over, by the codecs of their first two legs")
                .tag("first", codecs.of(first))
                .tag("second", codecs.of(second))
                .tag("transcoded", Boolean.toString(!first.equals(second)))
                .register(registry)
                .increment();
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
