package offhook.call;

/// A call that was turned away before it began. Text from outside: bounded, without control
/// characters.
///
/// @param source the trunk that it came from, or `web`
/// @param caller who called, as far as that was read
/// @param called whom, as far as that was read
/// @param details what else was read of it
/// @param cause why; `reason` is such as `overload`, `draining`, `trunk-full`
public record TurnedAway(
        CallId id,
        String source,
        CallDirection direction,
        Party caller,
        Party called,
        CallDetails details,
        EndCause cause) {

    /// Of a call that a trunk brought and that never came to be routed.
    ///
    /// @param reason a stable lower-case key
    /// @param sipCode what the trunk was answered; 0: nothing
    /// @param detail a sentence for people
    public static TurnedAway of(
            String trunk, String caller, String called, String reason, int sipCode, String detail) {
        return new TurnedAway(
                CallId.next(),
                trunk,
                CallDirection.of(trunk),
                new Party(caller, ""),
                new Party(called, ""),
                CallDetails.NONE,
                EndCause.gateway(reason, sipCode, TEMPORARY_FAILURE, detail));
    }

    private static final int TEMPORARY_FAILURE = 41;

    /// One that the registry has no place for.
    static TurnedAway of(CallId id, IncomingCall call, CallRefusedException why) {
        return new TurnedAway(
                id,
                call.source(),
                CallDirection.of(call.source()),
                call.caller(),
                call.called(),
                call.details(),
                EndCause.gateway(
                        why.reason(),
                        why.verdict().sipStatus(),
                        TEMPORARY_FAILURE,
                        why.explanation()));
    }
}
