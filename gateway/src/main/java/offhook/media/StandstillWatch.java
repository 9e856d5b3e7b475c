package offhook.media;

import java.util.ArrayList;
import java.util.List;
import offhook.runtime.Standstill;

/// Remembers when a loop stood still, the last times. Nothing is allocated unless it did. On its
/// loop only, save [#latest].
final class StandstillWatch {

    /// A shorter one is hidden by jitter buffers.
    private static final long LEAST_NANOS = 200_000_000L;

    /// Of more than a second, that they may be looked at once a second.
    private static final int MOST = 16;

    private long aliveNanos;

    /// Written by the loop, read by any thread.
    private volatile List<Standstill> latest = List.of();

    /// @param nowNanos when the loop is made
    StandstillWatch(long nowNanos) {
        aliveNanos = nowNanos;
    }

    /// The last times, the oldest first. Any thread.
    List<Standstill> latest() {
        return latest;
    }

    /// A turn of the loop is done that had this time.
    void onTurn(long nowNanos) {
        aliveNanos = nowNanos;
    }

    /// Something was due and is done. What was due long before the turn before is none of this
    /// turn's: the loop ran meanwhile.
    void onDue(long dueNanos, long nowNanos) {
        long from = dueNanos - aliveNanos > 0 ? dueNanos : aliveNanos;
        if (nowNanos - from >= LEAST_NANOS) {
            remember(from, nowNanos);
        }
    }

    private void remember(long from, long to) {
        List<Standstill> all = new ArrayList<>(latest);
        if (all.size() == MOST) {
            all.removeFirst();
        }
        all.add(new Standstill(from, to));
        latest = List.copyOf(all);
    }
}
