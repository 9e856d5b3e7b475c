package offhook.agent;

/// Told of each change of an agent's presence, on the owner of the registry.
@FunctionalInterface
public interface PresenceListener {

    /// The agent's presence is now another.
    void presenceChanged(String agent, Presence presence);
}
