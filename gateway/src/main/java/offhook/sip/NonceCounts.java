package offhook.sip;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicLong;
import offhook.runtime.NanoClock;

/// How often each nonce was used (RFC 7616 §3.4: `nc`), so that no credentials are good twice. Only
/// nonces are kept that came back with the right password, and no longer than they live. Any
/// thread.
final class NonceCounts {

    static final int MAX_NONCES = 10_000;

    private record Use(AtomicLong highest, long firstNanos) {}

    private final NanoClock clock;
    private final ConcurrentHashMap<String, Use> uses = new ConcurrentHashMap<>();

    NonceCounts(NanoClock clock) {
        this.clock = clock;
    }

    /// Counts a use.
    ///
    /// @param count above zero
    /// @return false when it is not above all that were counted, or nothing more can be kept
    boolean take(String nonce, long count) {
        long nowNanos = clock.nanoTime();
        if (uses.size() >= MAX_NONCES) {
            uses.values().removeIf(use -> nowNanos - use.firstNanos() > DigestNonces.LIFE_NANOS);
            if (uses.size() >= MAX_NONCES && !uses.containsKey(nonce)) {
                return false;
            }
        }
        Use use = uses.computeIfAbsent(nonce, _ -> new Use(new AtomicLong(), nowNanos));
        return use.highest().getAndAccumulate(count, Math::max) < count;
    }
}
