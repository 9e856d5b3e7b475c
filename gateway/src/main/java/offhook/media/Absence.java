package offhook.media;

/// Whether a browser is heard of, and if not, how long it is waited for. A browser that is gone is
/// waited for as long as was configured when it went. Owned by its leg's loop.
final class Absence {

    private final Grace grace;
    private boolean away;
    private long untilNanos;

    Absence(Grace grace) {
        this.grace = grace;
    }

    /// Whether the browser is heard of now.
    ///
    /// @return whether it was the other way before
    boolean note(boolean isAway, long nowNanos) {
        if (isAway == away) {
            return false;
        }
        away = isAway;
        untilNanos = nowNanos + grace.lostNanos();
        return true;
    }

    /// The browser, should it be away, is on its way back: it has all the time once more.
    void returning(long nowNanos) {
        untilNanos = nowNanos + grace.lostNanos();
    }

    /// Whether nothing was heard of it for too long.
    boolean isOver(long nowNanos) {
        return away && nowNanos - untilNanos >= 0;
    }
}
