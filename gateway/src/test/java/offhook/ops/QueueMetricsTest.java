package offhook.ops;

import static org.assertj.core.api.Assertions.assertThat;

import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import offhook.agent.AgentRegistry;
import offhook.config.QueueConfig;
import offhook.config.QueueLine;
import offhook.runtime.Owner;
import org.testng.annotations.Test;

/// What is shown of queues follows the configuration.
public class QueueMetricsTest {

    @Test
    public void queuesThatCameAreShownAndThoseThatWentAreNot() {
        AgentRegistry agents =
                new AgentRegistry(
                        new Owner("agents", () -> 0, 1, _ -> {}),
                        List.of("alice"),
                        List.of(queue("sales"), queue("support")),
                        0);
        PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
        QueueMetrics metrics = new QueueMetrics(registry, agents, () -> 0);
        metrics.show(List.of("sales", "support"));

        metrics.show(List.of("support", "service"));
        // Told behind, on a thread of its own.
        agents.reconfigured(Map.of("alice", 1), List.of(queue("support"), queue("service")));

        assertThat(registry.scrape().lines())
                .filteredOn(line -> line.startsWith("offhook_queue_waiting{"))
                .containsExactlyInAnyOrder(
                        "offhook_queue_waiting{queue=\"service\"} 0.0",
                        "offhook_queue_waiting{queue=\"support\"} 0.0");
        assertThat(registry.scrape())
                .contains("offhook_queue_wait_seconds_count{queue=\"service\"");
    }

    private static QueueConfig queue(String name) {
        return new QueueConfig(
                name,
                List.of("alice"),
                QueueConfig.Strategy.LINEAR,
                Duration.ofSeconds(20),
                new QueueLine(
                        Duration.ofSeconds(60),
                        2,
                        true,
                        false,
                        Duration.ofSeconds(5),
                        2,
                        Optional.empty()));
    }
}
