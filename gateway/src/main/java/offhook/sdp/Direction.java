package offhook.sdp;

/// Which way media flows, seen from the side whose description says it (RFC 3264 §5.1).
public enum Direction {
    SENDRECV,
    SENDONLY,
    RECVONLY,
    INACTIVE;

    /// The direction for which both are given.
    public static Direction of(boolean sends, boolean receives) {
        if (sends) {
            return receives ? SENDRECV : SENDONLY;
        }
        return receives ? RECVONLY : INACTIVE;
    }

    /// Whether the describing side sends.
    public boolean sends() {
        return this == SENDRECV || this == SENDONLY;
    }

    /// Whether the describing side receives.
    public boolean receives() {
        return this == SENDRECV || this == RECVONLY;
    }

    /// The same flow seen from the other side.
    public Direction reversed() {
        return of(receives(), sends());
    }

    /// The flow that both this and another direction allow.
    public Direction and(Direction other) {
        return of(sends() && other.sends(), receives() && other.receives());
    }

    /// The direction of our answer to this offer when we want `wanted` (RFC 3264 §6.1).
    public Direction answeredBy(Direction wanted) {
        return reversed().and(wanted);
    }

    /// The attribute name, `sendrecv` and so on.
    public String attribute() {
        return switch (this) {
            case SENDRECV -> "sendrecv";
            case SENDONLY -> "sendonly";
            case RECVONLY -> "recvonly";
            case INACTIVE -> "inactive";
        };
    }
}
