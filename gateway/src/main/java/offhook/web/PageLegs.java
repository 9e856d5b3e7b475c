package offhook.web;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import offhook.call.CallId;

/// The legs that ring at pages or are held there, each agent at most once in a call. Owned by the
/// desk's owner.
final class PageLegs {

    private final Map<Key, PageLeg> legs = new HashMap<>();

    private record Key(String agent, CallId call) {

        static Key of(PageLeg leg) {
            return new Key(leg.agent(), leg.call());
        }
    }

    /// A leg begins.
    ///
    /// @return false, and nothing is changed, when its agent has one in the call already
    boolean add(PageLeg leg) {
        return legs.putIfAbsent(Key.of(leg), leg) == null;
    }

    /// A leg is over.
    void remove(PageLeg leg) {
        legs.remove(Key.of(leg), leg);
    }

    /// The leg of a page's agent in a call.
    Optional<PageLeg> of(AgentSession page, CallId call) {
        return Optional.ofNullable(legs.get(new Key(page.agent(), call)));
    }

    /// The same, when it was rung.
    Optional<WebLeg> rung(AgentSession page, CallId call) {
        return of(page, call).filter(WebLeg.class::isInstance).map(WebLeg.class::cast);
    }

    /// All legs of an agent.
    List<PageLeg> ofAgent(String agent) {
        return legs.values().stream().filter(leg -> leg.agent().equals(agent)).toList();
    }
}
