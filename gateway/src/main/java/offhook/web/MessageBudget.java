package offhook.web;

/// How many messages a WebSocket may still send: a token bucket. Owned by the socket's reader.
final class MessageBudget {

    private static final double NANOS_PER_SECOND = 1e9;

    private final int perSecond;
    private final int burst;
    private double tokens;
    private long lastNanos;

    MessageBudget(int perSecond, int burst, long nowNanos) {
        this.perSecond = perSecond;
        this.burst = burst;
        this.tokens = burst;
        this.lastNanos = nowNanos;
    }

    /// Spends one message.
    ///
    /// @return false when the socket sent too many
    boolean spend(long nowNanos) {
        double gained = (nowNanos - lastNanos) / NANOS_PER_SECOND * perSecond;
        tokens = Math.min(burst, tokens + gained);
        lastNanos = nowNanos;
        if (tokens < 1) {
            return false;
        }
        tokens -= 1;
        return true;
    }
}
