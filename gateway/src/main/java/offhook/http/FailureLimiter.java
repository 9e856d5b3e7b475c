package offhook.http;

import java.util.Comparator;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import offhook.runtime.NanoClock;

/// Counts failures by key (a name, an address) and blocks a key that had too many within a window.
/// Bounded: when very many keys fail at once, expired ones are swept, and while none is expired the
/// oldest gives way, one that is blocked last of all. Safe for any thread.
public final class FailureLimiter {

    private static final int MAX_KEYS = 10_000;

    private final int limit;
    private final long windowNanos;
    private final NanoClock clock;
    private final ConcurrentHashMap<String, Window> windows = new ConcurrentHashMap<>();
    private final AtomicLong lastSweepNanos;

    public FailureLimiter(int limit, long windowNanos, NanoClock clock) {
        this.limit = limit;
        this.windowNanos = windowNanos;
        this.clock = clock;
        this.lastSweepNanos = new AtomicLong(clock.nanoTime());
    }

    private record Window(long sinceNanos, int failures) {}

    /// How long the key is still blocked; 0 when it is not.
    public long blockedNanos(String key) {
        long now = clock.nanoTime();
        Window window = windows.get(key);
        if (window == null || window.failures() < limit) {
            return 0;
        }
        return Math.max(0, window.sinceNanos() + windowNanos - now);
    }

    /// How many failures more than allowed the key has had, the one that reached the limit
    /// included; 0 when it is not blocked.
    public int excess(String key) {
        Window window = windows.get(key);
        if (window == null || isOver(window, clock.nanoTime())) {
            return 0;
        }
        return Math.max(0, window.failures() - limit + 1);
    }

    /// Counts a failure.
    public void failed(String key) {
        long now = clock.nanoTime();
        if (windows.size() >= MAX_KEYS && !windows.containsKey(key)) {
            sweep(now);
            evict(now);
        }
        windows.compute(
                key,
                (_, window) ->
                        window == null || isOver(window, now)
                                ? new Window(now, 1)
                                : new Window(window.sinceNanos(), window.failures() + 1));
    }

    /// How many keys are held.
    public int keys() {
        return windows.size();
    }

    /// At most once a second: a flood of keys must not make each failure cost a sweep.
    private void sweep(long now) {
        long last = lastSweepNanos.get();
        if (now - last > 1_000_000_000L && lastSweepNanos.compareAndSet(last, now)) {
            windows.values().removeIf(window -> isOver(window, now));
        }
    }

    /// Makes room for one key. Looking at all of them costs far less than the password check that
    /// each failure costs before.
    private void evict(long now) {
        if (windows.size() < MAX_KEYS) {
            return;
        }
        Comparator<Map.Entry<String, Window>> unblockedAndOldFirst =
                Comparator.comparing(
                                (Map.Entry<String, Window> e) -> e.getValue().failures() >= limit)
                        .thenComparingLong(e -> e.getValue().sinceNanos() - now);
        windows.entrySet().stream()
                .min(unblockedAndOldFirst)
                .ifPresent(e -> windows.remove(e.getKey(), e.getValue()));
    }

    private boolean isOver(Window window, long now) {
        return now - window.sinceNanos() >= windowNanos;
    }
}
