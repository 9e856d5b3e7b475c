package offhook.app;

import java.util.Optional;
import offhook.agent.AgentRegistry;
import offhook.call.CallId;
import offhook.console.Deeds;
import offhook.telemetry.Deed;
import offhook.web.WebServer;

/// What operators at the page do to agents and to queues. Any thread that may wait.
record AgentDeeds(AgentRegistry agents, WebServer web) implements Deeds.Queues {

    /// Ends the sign-ins of an agent.
    ///
    /// @return what was done; empty when there is none of that name
    Optional<Deed> signOut(String agent) {
        return agents.statuses().containsKey(agent)
                ? Optional.of(web.revokeTokens(agent))
                : Optional.empty();
    }

    @Override
    public boolean close(String queue, boolean wanted) {
        if (!agents.queueNames().contains(queue)) {
            return false;
        }
        agents.queueOperator().close(queue, wanted);
        return true;
    }

    @Override
    public boolean sendOn(CallId call) {
        return agents.queueNames().stream()
                .anyMatch(queue -> agents.queueOperator().sendOn(queue, call));
    }
}
