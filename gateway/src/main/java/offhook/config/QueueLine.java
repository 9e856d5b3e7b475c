package offhook.config;

import java.time.Duration;
import java.util.Optional;

/// How callers wait in a queue.
///
/// @param maxWait how long at most
/// @param maxWaiting how many at one time
/// @param answered whether a caller who has to wait is answered; otherwise its music is early media
/// @param withoutAgents whether callers wait although no agent takes calls
/// @param retry after which time a caller is offered again to an agent who did not take it
/// @param awayAfterMissed how many calls in a row an agent may let ring before it counts as away;
///   0: any number
/// @param overflow where those go whom the queue does not serve; empty: on with their route
public record QueueLine(
        Duration maxWait,
        int maxWaiting,
        boolean answered,
        boolean withoutAgents,
        Duration retry,
        int awayAfterMissed,
        Optional<RouteConfig.Destination> overflow) {

    /// What holds where the file says nothing.
    public static final QueueLine USUAL =
            new QueueLine(
                    Duration.ofSeconds(300),
                    100,
                    true,
                    false,
                    Duration.ofSeconds(5),
                    3,
                    Optional.empty());

    QueueLine overflowing(RouteConfig.Destination elsewhere) {
        return new QueueLine(
                maxWait,
                maxWaiting,
                answered,
                withoutAgents,
                retry,
                awayAfterMissed,
                Optional.of(elsewhere));
    }
}
