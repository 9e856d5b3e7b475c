package offhook.web;

import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/// Tells the pages of an agent which calls its other pages and devices hold, whenever that changes.
/// Owned by the desk's owner.
final class CallsElsewhere {

    private static final ServerMessage.Elsewhere NONE = new ServerMessage.Elsewhere(List.of());

    private final Map<AgentSession, ServerMessage.Elsewhere> told = new HashMap<>();

    /// @param pages all of one agent
    void tell(Collection<AgentSession> pages) {
        for (AgentSession page : pages) {
            ServerMessage.Elsewhere now =
                    new ServerMessage.Elsewhere(
                            pages.stream()
                                    .filter(other -> other != page)
                                    .flatMap(other -> other.heldLegs().stream())
                                    .map(PageLeg::held)
                                    .toList());
            if (page.link().isPresent()
                    && page.profile().guest().isEmpty()
                    && !now.equals(told.getOrDefault(page, NONE))) {
                page.send(now);
                told.put(page, now);
            }
        }
    }

    /// The page knows nothing any more.
    void forget(AgentSession page) {
        told.remove(page);
    }
}
