package offhook.config;

import java.time.Duration;
import java.util.List;

/// One queue of callers.
///
/// @param agents who serves it, by sign-in name
/// @param strategy who is rung
/// @param ring how long an agent is rung
public record QueueConfig(String name, List<String> agents, Strategy strategy, Duration ring) {

    /// Who is rung.
    public enum Strategy {
        LONGEST_IDLE,
        RING_ALL
    }
}
