package offhook.web;

/// WebSocket close codes we use: RFC 6455 §7.4.1 and the private range 4000-4999 (§7.4.2).
final class CloseCode {

    /// The page is done; one that is reloaded says 1001.
    static final int LEFT = 1000;

    static final int GOING_AWAY = 1001;
    static final int NOT_TEXT = 1003;
    static final int TOO_MANY_MESSAGES = 1008;
    static final int TOO_LONG = 1009;
    static final int DEFECT = 1011;
    static final int TRY_LATER = 1013;
    static final int NOT_UNDERSTOOD = 4400;
    static final int NOT_SIGNED_IN = 4401;
    static final int TOO_SLOW = 4408;
    static final int REPLACED = 4409;

    private CloseCode() {}
}
