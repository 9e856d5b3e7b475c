package offhook.agent;

/// Whether a call would reach the agent at one of its pages. The declaration order is the order in
/// which they are told of where an agent has several pages.
public enum Reach {
    /// It would.
    REACHABLE(""),
    /// The browser does not let the page use a microphone.
    MICROPHONE_DENIED("microphone-denied"),
    /// There is no microphone.
    MICROPHONE_MISSING("microphone-missing"),
    /// The page says nothing any more: frozen, asleep, or cut off.
    ASLEEP("page-asleep");

    private final String key;

    Reach(String key) {
        this.key = key;
    }

    /// Why it would not, in the agent protocol and for operations; empty: it would.
    public String key() {
        return key;
    }
}
