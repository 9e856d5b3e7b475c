package offhook.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import offhook.config.QueueConfig.Strategy;

/// Reads `queues`.
final class QueueReader {

    private static final Words<Strategy> STRATEGIES = Words.lowerCase(Strategy.class);

    private final Names names;
    private final Names agents;

    QueueReader(Names names, Names agents) {
        this.names = names;
        this.agents = agents;
    }

    QueueConfig read(Section section) {
        Strategy strategy = STRATEGIES.read(section, "strategy", Strategy.LONGEST_IDLE);
        Unserved.strategy(section, strategy);
        QueueConfig queue =
                new QueueConfig(
                        names.define(section),
                        section.require("agents")
                                .map(v -> Lists.distinct(v, this::agent))
                                .orElse(List.of()),
                        strategy,
                        section.seconds("ring-seconds", 1, 180, Duration.ofSeconds(20)));
        section.done();
        return queue;
    }

    private Optional<String> agent(Value value) {
        Optional<String> agent = value.text();
        agent.ifPresent(a -> agents.refer(value, a));
        return agent;
    }
}
