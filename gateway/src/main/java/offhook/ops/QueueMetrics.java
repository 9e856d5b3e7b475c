package offhook.ops;

import io.micrometer.core.instrument.Gauge;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.core.metrics.Histogram;
import java.util.Locale;
import java.util.function.ToDoubleFunction;
import offhook.agent.AgentRegistry;
import offhook.agent.QueueFigures;
import offhook.agent.QueueListener;
import offhook.agent.QueueStatus;
import offhook.call.QueueExit;
import offhook.runtime.NanoClock;

/// Who waits in queues, and for how long those waited who came out. Told on the directory's thread,
/// read by any.
final class QueueMetrics implements QueueListener {

    /// Agreements on service name such waits: 80 % of the callers answered within 20 s.
    private static final double[] WAITS = {1, 2, 5, 10, 15, 20, 30, 45, 60, 90, 120, 180, 300, 600};

    private final Histogram waits;

    private QueueMetrics(PrometheusMeterRegistry registry) {
        this.waits =
                Histogram.builder()
                        .name("offhook_queue_wait_seconds")
                        .help("Time in a queue of callers who came out of it, by how they did")
                        .labelNames("queue", "result")
                        .classicOnly()
                        .withoutExemplars()
                        .classicUpperBounds(WAITS)
                        .register(registry.getPrometheusRegistry());
    }

    static void register(PrometheusMeterRegistry registry, AgentRegistry agents, NanoClock clock) {
        QueueMetrics metrics = new QueueMetrics(registry);
        for (String queue : agents.queueNames()) {
            for (QueueExit exit : QueueExit.values()) {
                metrics.waits.initLabelValues(queue, name(exit));
            }
            gauge(
                    registry,
                    agents,
                    queue,
                    "offhook.queue.waiting",
                    "Callers in a queue that talk to nobody yet",
                    status -> status.figures().waiting());
            gauge(
                    registry,
                    agents,
                    queue,
                    "offhook.queue.longest.wait.seconds",
                    "How long the first caller in a queue has waited",
                    status -> longestSeconds(status.figures(), clock));
            gauge(
                    registry,
                    agents,
                    queue,
                    "offhook.queue.agents.free",
                    "Agents of a queue who could be offered a call now",
                    QueueStatus::free);
        }
        agents.addListener(metrics);
    }

    private static void gauge(
            PrometheusMeterRegistry registry,
            AgentRegistry agents,
            String queue,
            String name,
            String what,
            ToDoubleFunction<QueueStatus> read) {
        Gauge.builder(name, agents, all -> read.applyAsDouble(all.queue(queue)))
                .description(what)
                .tag("queue", queue)
                .register(registry);
    }

    private static double longestSeconds(QueueFigures figures, NanoClock clock) {
        return figures.waiting() == 0 ? 0 : (clock.nanoTime() - figures.oldestNanos()) / 1e9;
    }

    @Override
    public void left(String queue, QueueExit exit, long waitedNanos) {
        waits.labelValues(queue, name(exit)).observe(waitedNanos / 1e9);
    }

    private static String name(QueueExit exit) {
        return exit.name().toLowerCase(Locale.ROOT);
    }
}
