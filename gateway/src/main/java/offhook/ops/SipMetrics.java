package offhook.ops;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import io.prometheus.metrics.model.snapshots.CounterSnapshot;
import io.prometheus.metrics.model.snapshots.CounterSnapshot.CounterDataPointSnapshot;
import io.prometheus.metrics.model.snapshots.Labels;
import java.util.Locale;
import offhook.telemetry.SipTraffic;
import offhook.telemetry.SipTraffic.Count;
import offhook.telemetry.SipTraffic.Message;
import offhook.telemetry.SipTraffic.Way;

/// SIP messages as metrics: made of the counts when somebody asks, because nobody knows before
/// which statuses will come.
final class SipMetrics {

    private SipMetrics() {}

    static void register(PrometheusRegistry registry, SipTraffic traffic) {
        registry.register(() -> requests(traffic, Way.IN, "came"));
        registry.register(() -> requests(traffic, Way.OUT, "were sent"));
        registry.register(() -> responses(traffic, Way.IN, "came"));
        registry.register(() -> responses(traffic, Way.OUT, "were sent"));
    }

    private static CounterSnapshot requests(SipTraffic traffic, Way way, String what) {
        CounterSnapshot.Builder all =
                CounterSnapshot.builder()
                        .name("offhook_sip_requests_" + name(way))
                        .help("Well-formed requests that " + what + ", retransmissions included");
        traffic.counts().stream()
                .filter(count -> count.message().isRequest() && count.message().way() == way)
                .forEach(count ->
                        all.dataPoint(
                                point(
                                        count,
                                        Labels.of(
                                                "method",
                                                count.message().method(),
                                                "peer",
                                                name(count.message().peer())))));
        return all.build();
    }

    private static CounterSnapshot responses(SipTraffic traffic, Way way, String what) {
        CounterSnapshot.Builder all =
                CounterSnapshot.builder()
                        .name("offhook_sip_responses_" + name(way))
                        .help(
                                "Responses that "
                                        + what
                                        + ", by the method that they answer, retransmissions included");
        traffic.counts().stream()
                .filter(count -> !count.message().isRequest() && count.message().way() == way)
                .forEach(count -> all.dataPoint(point(count, labels(count.message()))));
        return all.build();
    }

    private static Labels labels(Message message) {
        return Labels.of(
                "code", message.status(), "method", message.method(), "peer", name(message.peer()));
    }

    private static CounterDataPointSnapshot point(Count count, Labels labels) {
        return CounterDataPointSnapshot.builder()
                .value((double) count.messages())
                .labels(labels)
                .build();
    }

    private static String name(Enum<?> value) {
        return value.name().toLowerCase(Locale.ROOT);
    }
}
