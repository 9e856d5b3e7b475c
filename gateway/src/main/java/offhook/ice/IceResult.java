package offhook.ice;

/// What became of a STUN message.
public enum IceResult {
    /// Malformed, for someone else, or without valid integrity: counted, nothing is sent.
    REFUSED,
    /// Authentic or harmless, but asks for no answer, such as an indication.
    IGNORED,
    /// The response is to be sent to the source of the message.
    RESPOND,
    /// As [#RESPOND], and the nominated address has changed.
    RESPOND_AND_NOMINATED
}
