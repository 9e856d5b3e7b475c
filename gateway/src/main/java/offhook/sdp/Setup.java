package offhook.sdp;

/// Who opens the DTLS association: `a=setup` (RFC 4145 §4, RFC 5763 §5).
public enum Setup {
    ACTIVE,
    PASSIVE,
    ACTPASS,
    HOLDCONN;

    /// The attribute's value.
    public String attribute() {
        return switch (this) {
            case ACTIVE -> "active";
            case PASSIVE -> "passive";
            case ACTPASS -> "actpass";
            case HOLDCONN -> "holdconn";
        };
    }
}
