package offhook.ops;

import io.micrometer.core.instrument.Meter;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.prometheus.metrics.core.metrics.Histogram;
import java.util.Collection;
import java.util.Locale;
import java.util.Set;
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

    private final PrometheusMeterRegistry registry;
    private final Meters meters;
    private final AgentRegistry agents;
    private final NanoClock clock;
    private Set<String> shown = Set.of();

    QueueMetrics(PrometheusMeterRegistry registry, AgentRegistry agents, NanoClock clock) {
        this.registry = registry;
        this.meters = new Meters(registry);
        this.agents = agents;
        this.clock = clock;
        this.waits =
                Histogram.builder()
                        .name("offhook_queue_wait_seconds")
                        .help("Time in a queue of callers who came out of it, by how they did")
                        .labelNames("queue", "result")
                        .classicOnly()
                        .withoutExemplars()
                        .classicUpperBounds(WAITS)
                        .register(registry.getPrometheusRegistry());
        agents.addListener(this);
    }

    /// Shows these queues, and no others. One thread at a time.
    ///
    /// @param queues those of the configuration, of which the directory may not have heard yet
    void show(Collection<String> queues) {
        Set<String> wanted = Set.copyOf(queues);
        shown.stream().filter(queue -> !wanted.contains(queue)).forEach(this::remove);
        wanted.stream().filter(queue -> !shown.contains(queue)).forEach(this::add);
        shown = wanted;
    }

    private void add(String queue) {
        for (QueueExit exit : QueueExit.values()) {
            waits.initLabelValues(queue, name(exit));
        }
        gauge(
                queue,
                "offhook.queue.waiting",
                "Callers in a queue that talk to nobody yet",
                status -> status.figures().waiting());
        gauge(
                queue,
                "offhook.queue.longest.wait.seconds",
                "How long the first caller in a queue has waited",
                status -> longestSeconds(status.figures(), clock));
        gauge(
                queue,
                "offhook.queue.agents.free",
                "Agents of a queue who could be offered a call now",
                QueueStatus::free);
    }

    /// How long its callers waited stays: a counter that goes down would be taken for a restart.
    private void remove(String queue) {
        registry.getMeters().stream()
                .map(Meter::getId)
                .filter(id -> id.getName().startsWith("offhook.queue."))
                .filter(id -> queue.equals(id.getTag("queue")))
                .forEach(registry::remove);
    }

    private void gauge(String queue, String name, String what, ToDoubleFunction<QueueStatus> read) {
        meters.gauge(name, what, () -> read.applyAsDouble(agents.queue(queue)), "queue", queue);
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
