package offhook.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import offhook.config.QueueConfig.Strategy;
import offhook.config.RouteConfig.Destination;
import offhook.config.RouteConfig.Kind;

/// Reads `queues`, and then where each of them overflows to, once all that may be named is known.
final class QueueReader {

    private static final Words<Strategy> STRATEGIES = Words.of(Strategy.class, Strategy::key);
    private static final String REFUSE = "refuse";

    private final Names names;
    private final Names agents;
    private final Map<String, Value> overflows = new HashMap<>();

    QueueReader(Names names, Names agents) {
        this.names = names;
        this.agents = agents;
    }

    QueueConfig read(Section section) {
        String name = names.define(section);
        QueueConfig queue =
                new QueueConfig(
                        name,
                        section.require("agents")
                                .map(v -> Lists.distinct(v, this::agent))
                                .orElse(List.of()),
                        STRATEGIES.read(section, "strategy", Strategy.LONGEST_IDLE),
                        section.seconds("ring-seconds", 1, 180, Duration.ofSeconds(20)),
                        line(section));
        section.find("overflow").ifPresent(value -> overflows.put(name, value));
        section.done();
        return queue;
    }

    private static QueueLine line(Section section) {
        QueueLine usual = QueueLine.USUAL;
        return new QueueLine(
                section.seconds("max-wait-seconds", 1, 7200, usual.maxWait()),
                section.integer("max-waiting", 0, 10_000, usual.maxWaiting()),
                section.find("waiting")
                        .flatMap(v ->
                                v.choice(
                                        Map.of("answered", true, "early", false),
                                        "answered, early"))
                        .orElse(usual.answered()),
                section.flag("wait-without-agents", usual.withoutAgents()),
                section.seconds("retry-seconds", 1, 600, usual.retry()),
                section.integer("away-after-missed", 0, 100, usual.awayAfterMissed()),
                Optional.empty());
    }

    private Optional<String> agent(Value value) {
        Optional<String> agent = value.text();
        agent.ifPresent(a -> agents.refer(value, a));
        return agent;
    }

    /// The queues with what their `overflow` says.
    ///
    /// @param destinations reads what a route could lead to as well
    List<QueueConfig> overflowing(
            List<QueueConfig> queues, Function<Value, Optional<Destination>> destinations) {
        List<QueueConfig> complete = new ArrayList<>();
        Map<String, String> onward = new HashMap<>();
        for (QueueConfig queue : queues) {
            Optional<Destination> elsewhere =
                    Optional.ofNullable(overflows.get(queue.name()))
                            .filter(value -> !value.quoted().equals("'" + REFUSE + "'"))
                            .flatMap(value -> destination(value, destinations));
            elsewhere
                    .filter(to -> to.kind() == Kind.QUEUE)
                    .ifPresent(to -> onward.put(queue.name(), to.name()));
            complete.add(elsewhere.map(queue::overflowing).orElse(queue));
        }
        onward.keySet().stream()
                .filter(queue -> comesBack(queue, onward))
                .forEach(queue ->
                        Optional.ofNullable(overflows.get(queue))
                                .ifPresent(v -> v.problem("leads back to the queue itself")));
        return List.copyOf(complete);
    }

    private static Optional<Destination> destination(
            Value value, Function<Value, Optional<Destination>> destinations) {
        Optional<Destination> to = destinations.apply(value);
        if (to.isPresent() && to.get().kind() == Kind.TRUNK && to.get().number().isEmpty()) {
            value.problem("needs the number to call, trunk:NAME:NUMBER");
            return Optional.empty();
        }
        return to;
    }

    private static boolean comesBack(String queue, Map<String, String> onward) {
        Set<String> seen = new HashSet<>();
        String at = queue;
        while (onward.containsKey(at) && seen.add(at)) {
            at = onward.get(at);
            if (at.equals(queue)) {
                return true;
            }
        }
        return false;
    }
}
