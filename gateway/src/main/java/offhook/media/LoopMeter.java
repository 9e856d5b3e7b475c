package offhook.media;

/// Measures how a loop spends its time, by the loop's own clock. On the loop only: a few additions
/// a turn.
///
/// What is not spent waiting in `select` counts as busy, also when the system let somebody else run
/// meanwhile: to the calls it is the same.
final class LoopMeter {

    private long startedNanos;
    private long waitingSinceNanos;
    private long waitedNanos;
    private boolean waiting;
    private long turnNanos;
    private int lateTurns;
    private long latestNanos;
    private long lateTicks;

    /// @param nowNanos when the first stretch begins
    LoopMeter(long nowNanos) {
        startedNanos = nowNanos;
    }

    /// The loop is about to wait.
    void onWait(long nowNanos) {
        waiting = true;
        waitingSinceNanos = nowNanos;
    }

    /// The loop goes on, if it waited; what then happens belongs to the turn of that time.
    void onWake(long nowNanos) {
        if (waiting) {
            waiting = false;
            waitedNanos += nowNanos - waitingSinceNanos;
        }
    }

    /// Something is done too late.
    ///
    /// @param turnNanos the turn it is done in, by its time
    void onLate(long lateNanos, long turnNanos) {
        lateTicks++;
        latestNanos = Math.max(latestNanos, lateNanos);
        if (lateTurns == 0 || turnNanos != this.turnNanos) {
            this.turnNanos = turnNanos;
            lateTurns++;
        }
    }

    /// The share of this stretch that was not waited, 0 to 1.
    double busy(long nowNanos) {
        long elapsedNanos = nowNanos - startedNanos;
        return elapsedNanos <= 0
                ? 0
                : Math.clamp(1 - (double) waitedNanos / elapsedNanos, 0.0, 1.0);
    }

    /// Turns of this stretch in which something was late.
    int lateTurns() {
        return lateTurns;
    }

    /// How late the latest thing of this stretch was.
    long latestNanos() {
        return latestNanos;
    }

    /// Begins the next stretch.
    void restart(long nowNanos) {
        startedNanos = nowNanos;
        waitedNanos = 0;
        lateTurns = 0;
        latestNanos = 0;
    }

    /// What was done too late, since the loop began.
    long lateTicks() {
        return lateTicks;
    }
}
