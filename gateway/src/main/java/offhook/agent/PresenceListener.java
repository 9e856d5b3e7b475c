package offhook.agent;

/// Told of each change of an agent's presence, on the owner of the registry.
@FunctionalInterface
public interface PresenceListener {

    /// The agent's presence is now another, or has another reason.
    void presenceChanged(String agent, AgentStatus status);
}
