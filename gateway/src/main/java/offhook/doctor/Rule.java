package offhook.doctor;

/// What the doctor looks for. The limits stand with the code that applies them and in
/// `docs/call-doctor.md`.
enum Rule {
    LOSS_IN("loss-in"),
    LOSS_OUT("loss-out"),
    LATE_IN("late-in"),
    JITTER_IN("jitter-in"),
    JITTER_OUT("jitter-out"),
    ROUND_TRIP("round-trip"),
    DELAY("delay"),
    NO_MEDIA("no-media"),
    PACKETS_STOPPED("packets-stopped"),
    WRONG_SOURCE("wrong-source"),
    MUTED("muted"),
    CLIPPING("clipping"),
    TOO_LOUD("too-loud"),
    TOO_QUIET("too-quiet"),
    STOOD_STILL("stood-still"),
    CPU("cpu"),
    AWAY("away"),
    REATTACHED("reattached"),
    HOLD("hold"),
    MEDIA_SET_UP("media-set-up"),
    SET_UP("set-up"),
    TRANSFER("transfer"),
    CUT("cut"),
    TURNED_AWAY("turned-away");

    private final String key;

    Rule(String key) {
        this.key = key;
    }

    String key() {
        return key;
    }
}
