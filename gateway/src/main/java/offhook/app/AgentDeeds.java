package offhook.app;

import offhook.agent.AgentRegistry;
import offhook.call.CallId;
import offhook.console.Deeds;
import offhook.web.WebServer;

/// What operators at the page do to agents and to queues. Any thread that may wait.
record AgentDeeds(AgentRegistry agents, WebServer web) implements Deeds.Queues {

    /// Ends the sign-ins of an agent; false when there is none of that name.
    boolean signOut(String agent) {
        if (!agents.statuses().containsKey(agent)) {
            return false;
        }
        web.revokeTokens(agent);
        return true;
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
