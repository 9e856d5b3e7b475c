package offhook.web;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/// The pages that agents have, with and without a socket. Owned by the desk's owner.
final class AgentPages {

    /// By agent and instance.
    private final Map<String, Map<String, AgentSession>> byAgent = new HashMap<>();

    /// Those of an agent.
    List<AgentSession> of(String agent) {
        return List.copyOf(byAgent.getOrDefault(agent, Map.of()).values());
    }

    /// Those of an agent that may have calls.
    List<AgentSession> connected(String agent) {
        return byAgent.getOrDefault(agent, Map.of()).values().stream()
                .filter(page -> page.link().isPresent() && !page.isExpired())
                .toList();
    }

    Optional<AgentSession> find(String agent, String instance) {
        return Optional.ofNullable(byAgent.getOrDefault(agent, Map.of()).get(instance));
    }

    /// The page that was here before it was reloaded, by the proof that it shows, unless another
    /// one goes by its new name.
    Optional<AgentSession> resumed(String agent, ClientMessage.Hello hello) {
        Optional<AgentSession> namesake = find(agent, hello.instance());
        return of(agent).stream()
                .filter(page -> hello.resume().filter(page::isResumedBy).isPresent())
                .filter(page -> namesake.isEmpty() || namesake.get() == page)
                .findFirst();
    }

    void add(AgentSession page) {
        byAgent.computeIfAbsent(page.agent(), _ -> new HashMap<>()).put(page.instance(), page);
    }

    /// A page that was reloaded goes by the name it says.
    void rename(AgentSession page, String instance) {
        remove(page);
        page.returns(instance);
        add(page);
    }

    void remove(AgentSession page) {
        Map<String, AgentSession> pages = byAgent.get(page.agent());
        if (pages != null) {
            pages.remove(page.instance(), page);
            if (pages.isEmpty()) {
                byAgent.remove(page.agent());
            }
        }
    }
}
