package offhook.call;

/// Identity of one reservation of one agent, made by the call that asks for it.
///
/// @param call the call
/// @param attempt counted up with each reservation the call asks for
public record ClaimToken(CallId call, int attempt) {}
