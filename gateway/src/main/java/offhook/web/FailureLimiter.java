package offhook.web;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import offhook.runtime.NanoClock;

/// Counts failures by key (a name, an address) and blocks a key that had too many within a window.
/// Bounded: when very many keys fail at once, expired ones are swept, and while none is expired new
/// ones share one slot. Safe for any thread.
final class FailureLimiter {

    private static final int MAX_KEYS = 10_000;
    private static final String OVERFLOW = "\u0000overflow";

    private final int limit;
    private final long windowNanos;
    private final NanoClock clock;
    private final ConcurrentHashMap<String, Window> windows = new ConcurrentHashMap<>();
    private final AtomicLong lastSweepNanos;

    FailureLimiter(int limit, long windowNanos, NanoClock clock) {
        this.limit = limit;
        this.windowNanos = windowNanos;
        this.clock = clock;
        this.lastSweepNanos = new AtomicLong(clock.nanoTime());
    }

    private record Window(long sinceNanos, int failures) {}

    /// How long the key is still blocked; 0 when it is not.
    long blockedNanos(String key) {
        long now = clock.nanoTime();
        Window window = windows.get(slot(key));
        if (window == null || window.failures() < limit) {
            return 0;
        }
        return Math.max(0, window.sinceNanos() + windowNanos - now);
    }

    /// Counts a failure.
    void failed(String key) {
        long now = clock.nanoTime();
        if (windows.size() >= MAX_KEYS) {
            sweep(now);
        }
        windows.compute(
                slot(key),
                (_, window) ->
                        window == null || isOver(window, now)
                                ? new Window(now, 1)
                                : new Window(window.sinceNanos(), window.failures() + 1));
    }

    /// How many keys are held.
    int keys() {
        return windows.size();
    }

    private String slot(String key) {
        return windows.size() < MAX_KEYS || windows.containsKey(key) ? key : OVERFLOW;
    }

    /// At most once a second: a flood of keys must not make each failure cost a sweep.
    private void sweep(long now) {
        long last = lastSweepNanos.get();
        if (now - last > 1_000_000_000L && lastSweepNanos.compareAndSet(last, now)) {
            windows.values().removeIf(window -> isOver(window, now));
        }
    }

    private boolean isOver(Window window, long now) {
        return now - window.sinceNanos() >= windowNanos;
    }
}
