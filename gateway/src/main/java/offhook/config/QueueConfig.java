package offhook.config;

import java.time.Duration;
import java.util.List;
import java.util.Locale;

/// One queue of callers.
///
/// @param agents who serves it, by sign-in name
/// @param strategy who is rung
/// @param ring how long an agent is rung
/// @param line how callers wait
public record QueueConfig(
        String name, List<String> agents, Strategy strategy, Duration ring, QueueLine line) {

    public QueueConfig {
        agents = List.copyOf(agents);
    }

    /// The same, but whoever cannot be served is led elsewhere.
    QueueConfig overflowing(RouteConfig.Destination elsewhere) {
        return new QueueConfig(name, agents, strategy, ring, line.overflowing(elsewhere));
    }

    /// Who is rung.
    public enum Strategy {
        /// The one who has been free for longest.
        LONGEST_IDLE,
        /// The first of the list that is free.
        LINEAR,
        /// All that are free; the first who answers has the call.
        RING_ALL;

        /// As the file has it.
        public String key() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }
    }
}
