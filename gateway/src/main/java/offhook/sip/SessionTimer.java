package offhook.sip;

/// When a session must be refreshed and when it is over (RFC 4028 §10). Immutable: each event makes
/// a new one. All times are of one monotonic clock, in nanoseconds.
///
/// ```text
/// renewed        interval / 2          interval - min(32 s, interval / 3)      interval
///    |---------------|------------------------------|------------------------------|
///                our refresh                       over
/// ```
///
/// @param intervalSeconds what was agreed on
/// @param weRefresh whether refreshing is our part
/// @param overNanos when the session is over
/// @param nextNanos when our next refresh is due
/// @param triesLeft how many refreshes we may still send
/// @param underWay whether a refresh of ours waits for its answer
record SessionTimer(
        int intervalSeconds,
        boolean weRefresh,
        long overNanos,
        long nextNanos,
        int triesLeft,
        boolean underWay) {

    private static final long SECOND_NANOS = 1_000_000_000;
    private static final long MARGIN_NANOS = 32 * SECOND_NANOS;

    /// One that fails is sent once more.
    private static final int TRIES = 2;

    /// What is to be done.
    enum Due {
        NOTHING,
        REFRESH,
        OVER
    }

    /// The session was set up or refreshed just now.
    static SessionTimer renewed(int intervalSeconds, boolean weRefresh, long nowNanos) {
        long interval = intervalSeconds * SECOND_NANOS;
        return new SessionTimer(
                intervalSeconds,
                weRefresh,
                nowNanos + interval - Math.min(MARGIN_NANOS, interval / 3),
                nowNanos + interval / 2,
                TRIES,
                false);
    }

    /// What is to be done now.
    Due due(long nowNanos) {
        if (nowNanos - overNanos >= 0) {
            return Due.OVER;
        }
        boolean refresh = weRefresh && !underWay && triesLeft > 0 && nowNanos - nextNanos >= 0;
        return refresh ? Due.REFRESH : Due.NOTHING;
    }

    /// Our refresh is about to be sent.
    SessionTimer sent() {
        return new SessionTimer(
                intervalSeconds, weRefresh, overNanos, nextNanos, triesLeft - 1, true);
    }

    /// Our refresh met one of the peer's (491): it comes again, as if it had not been sent.
    SessionTimer collided(long nowNanos, long backOffNanos) {
        return new SessionTimer(
                intervalSeconds,
                weRefresh,
                overNanos,
                nowNanos + backOffNanos,
                triesLeft + 1,
                false);
    }

    /// Our refresh was refused because the peer wants a longer interval (422): it comes again at
    /// once, and asks for that.
    SessionTimer lengthened(int minSeconds, long nowNanos) {
        return new SessionTimer(
                Math.max(intervalSeconds, minSeconds),
                weRefresh,
                overNanos,
                nowNanos,
                triesLeft,
                false);
    }

    /// Our refresh failed: it comes again halfway to the end, if it may.
    SessionTimer failed(long nowNanos) {
        return new SessionTimer(
                intervalSeconds,
                weRefresh,
                overNanos,
                nowNanos + (overNanos - nowNanos) / 2,
                triesLeft,
                false);
    }
}
