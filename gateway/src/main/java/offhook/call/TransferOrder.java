package offhook.call;

/// What a party of a running call asks for: that the other one be led on to somebody else.
///
/// @param consult whether the one who asks talks to the new one first (RFC 5589 §7); otherwise the
///   other party is led on at once (§6)
/// @param source by whose routes the target is reached: a trunk's name, or `web`
/// @param target a number, a name that routes know, or `agent:` and a sign-in name
/// @param by who asks, as the target is shown it
public record TransferOrder(boolean consult, String source, String target, Party by) {}
