package offhook.fault;

/// What a failure is answered with on either kind of signalling.
///
/// @param sipStatus SIP final response code, 400 to 699 (RFC 3261 §21)
/// @param webSocketCode WebSocket close code (RFC 6455 §7.4), when the failure ends the socket
/// @param blame whose fault it is
public record Verdict(int sipStatus, int webSocketCode, Blame blame) {

    public Verdict {
        if (sipStatus < 400 || sipStatus > 699) {
            throw new IllegalArgumentException("not a failure status: " + sipStatus);
        }
    }

    /// A message that cannot be understood: 400, close 1007.
    public static Verdict badRequest() {
        return new Verdict(400, 1007, Blame.PEER);
    }

    /// A session description that is understood but cannot be served: 488 (RFC 3261 §21.4.26).
    public static Verdict notAcceptable() {
        return new Verdict(488, 1008, Blame.PEER);
    }
}
