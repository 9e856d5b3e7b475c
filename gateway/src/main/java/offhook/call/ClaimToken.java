package offhook.call;

/// Identity of one reservation of one agent, made by the call that asks for it; or of a call's stay
/// in a queue, which makes those of its agents from it.
///
/// @param call the call
/// @param attempt counted up with each reservation the call asks for
/// @param round 0 for what the call asked for; counted up with each agent that a queue reserves for
///   it
public record ClaimToken(CallId call, int attempt, int round) {

    /// What a call asks for.
    public ClaimToken(CallId call, int attempt) {
        this(call, attempt, 0);
    }

    /// An agent that a queue reserves for the caller who has this ticket.
    public ClaimToken ofRound(int number) {
        return new ClaimToken(call, attempt, number);
    }

    /// Whether it was made of a ticket.
    boolean isOf(ClaimToken ticket) {
        return round > 0 && equals(ticket.ofRound(round));
    }
}
