package offhook.telemetry;

import java.util.OptionalLong;
import java.util.concurrent.atomic.AtomicLong;

/// Lets one line a second into a log and counts those left out, so that strangers who cause lines
/// cannot fill a disk. Safe for any thread.
public final class LogBudget {

    private static final long INTERVAL_NANOS = 1_000_000_000L;

    private final AtomicLong lastNanos;
    private final AtomicLong leftOut = new AtomicLong();

    /// @param nowNanos when lines may begin
    public LogBudget(long nowNanos) {
        this.lastNanos = new AtomicLong(nowNanos - INTERVAL_NANOS);
    }

    /// Asks for a line.
    ///
    /// @return how many were left out since the last one; empty when this one is left out too
    public OptionalLong spend(long nowNanos) {
        long last = lastNanos.get();
        if (nowNanos - last >= INTERVAL_NANOS && lastNanos.compareAndSet(last, nowNanos)) {
            return OptionalLong.of(leftOut.getAndSet(0));
        }
        leftOut.incrementAndGet();
        return OptionalLong.empty();
    }
}
