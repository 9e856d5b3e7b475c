package offhook.sip;

import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.atomic.AtomicReference;
import offhook.config.TrunkReach.Load;
import offhook.runtime.NanoClock;

/// How many calls one trunk has, in and out together, and how fast they may begin. Any thread.
final class TrunkLoad {

    /// When a caller may try again that found no place.
    static final int RETRY_SECONDS = 2;

    /// Read by those who begin calls.
    private volatile Load limits;

    private final NanoClock clock;
    private final AtomicInteger calls = new AtomicInteger();
    private final AtomicLong refused = new AtomicLong();

    /// Written by operators, read by those who begin calls.
    private volatile boolean enabled = true;

    /// Calls that may begin now, up to those of one second.
    private final AtomicReference<Bucket> bucket;

    private record Bucket(double tokens, long atNanos) {}

    TrunkLoad(Load limits, NanoClock clock) {
        this.limits = limits;
        this.clock = clock;
        this.bucket =
                new AtomicReference<>(
                        new Bucket(limits.callsPerSecond().orElse(0), clock.nanoTime()));
    }

    /// Other limits hold for calls that begin from now on.
    void reconfigured(Load wanted) {
        limits = wanted;
    }

    /// The place of one call.
    final class Slot {
        private final AtomicBoolean held = new AtomicBoolean(true);

        private Slot() {}

        /// The call is over. Idempotent.
        void giveBack() {
            if (held.compareAndSet(true, false)) {
                calls.decrementAndGet();
            }
        }
    }

    /// Takes a place for a call that begins.
    ///
    /// @param anyhow whether no limit holds, as for emergency calls; it counts all the same
    /// @return empty when the trunk has all it may; that is counted
    Optional<Slot> take(boolean anyhow) {
        if ((!enabled && !anyhow) || !takePlace(anyhow)) {
            refused.incrementAndGet();
            return Optional.empty();
        }
        if (!takeToken() && !anyhow) {
            calls.decrementAndGet();
            refused.incrementAndGet();
            return Optional.empty();
        }
        return Optional.of(new Slot());
    }

    /// Whether calls may begin at all, emergency calls aside. Those that live go on.
    void enable(boolean wanted) {
        enabled = wanted;
    }

    boolean isEnabled() {
        return enabled;
    }

    /// Whether a call would find a place now. Takes nothing.
    boolean hasRoom() {
        Load now = limits;
        return enabled
                && (now.maxCalls().isEmpty() || calls.get() < now.maxCalls().getAsInt())
                && (now.callsPerSecond().isEmpty()
                        || filled(bucket.get(), now.callsPerSecond().getAsInt()).tokens() >= 1);
    }

    /// Why no call finds a place now, as a stable key.
    String whyFull() {
        if (!enabled) {
            return "trunk-disabled";
        }
        OptionalInt most = limits.maxCalls();
        return most.isPresent() && calls.get() >= most.getAsInt() ? "trunk-full" : "trunk-rate";
    }

    private boolean takePlace(boolean anyhow) {
        OptionalInt limit = limits.maxCalls();
        if (anyhow || limit.isEmpty()) {
            calls.incrementAndGet();
            return true;
        }
        int most = limit.getAsInt();
        return calls.getAndUpdate(n -> n < most ? n + 1 : n) < most;
    }

    private boolean takeToken() {
        OptionalInt rate = limits.callsPerSecond();
        if (rate.isEmpty()) {
            return true;
        }
        while (true) {
            Bucket before = bucket.get();
            Bucket now = filled(before, rate.getAsInt());
            if (now.tokens() < 1) {
                return false;
            }
            if (bucket.compareAndSet(before, new Bucket(now.tokens() - 1, now.atNanos()))) {
                return true;
            }
        }
    }

    private Bucket filled(Bucket before, int rate) {
        long nowNanos = clock.nanoTime();
        double more = Math.max(0, nowNanos - before.atNanos()) * (double) rate / 1e9;
        return new Bucket(Math.min(rate, before.tokens() + more), nowNanos);
    }

    /// A call was refused before it asked for a place.
    void countRefusal() {
        refused.incrementAndGet();
    }

    /// Calls that live now.
    int calls() {
        return calls.get();
    }

    /// Calls that found no place.
    long refused() {
        return refused.get();
    }
}
