package offhook.call;

/// One way that a call went on instead of ringing where it was sent (RFC 5806, RFC 7044).
///
/// @param from who was called; its number is empty when withheld
/// @param reason why the call went on, a word of RFC 5806 §4 such as `user-busy`, `no-answer`,
///   `unconditional`; `unknown` when it was not said
public record Diversion(Party from, String reason) {}
