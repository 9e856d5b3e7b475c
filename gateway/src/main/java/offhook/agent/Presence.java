package offhook.agent;

/// Whether an agent can be offered a call. The declaration order is the order in which a state
/// wins.
public enum Presence {
    /// No page is connected.
    OFFLINE("offline"),
    /// Reserved for a call, or in one.
    BUSY("busy"),
    /// Signed in, but not taking calls.
    AWAY("away"),
    /// Takes calls, but none of its pages would hear of one, or could take it.
    UNREACHABLE("unreachable"),
    /// Signed in and free.
    AVAILABLE("available");

    private final String key;

    Presence(String key) {
        this.key = key;
    }

    /// Its name in the agent protocol, and the reason of a refused claim.
    public String key() {
        return key;
    }
}
