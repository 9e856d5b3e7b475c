package offhook.agent;

/// How an agent stands, for those who watch.
///
/// @param reason why it is offered no calls, a stable key; empty: it is, or its state says it
/// @param sinceNanos when its presence became what it is, on the gateway's monotonic clock
/// @param calls that it talks in or that ring for it now
/// @param answered calls that it was offered and answered, since the start
/// @param missed calls that rang until their time was over and that it neither answered nor
///   declined, since the start; not those whose caller gave up
/// @param devices pages and devices that are connected
/// @param reachable those of them that a call would reach
public record AgentStatus(
        Presence presence,
        String reason,
        long sinceNanos,
        int calls,
        long answered,
        long missed,
        int devices,
        int reachable) {

    /// Of somebody of whom nothing is known.
    public static final AgentStatus GONE = new AgentStatus(Presence.OFFLINE, "", 0, 0, 0, 0, 0, 0);
}
