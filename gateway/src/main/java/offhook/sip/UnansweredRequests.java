package offhook.sip;

import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import offhook.runtime.NanoClock;

/// The requests that went by one connection of which the peer has said nothing yet: should the
/// connection break, nobody but we can know that they were lost. Any thread.
final class UnansweredRequests {

    /// Timers B and F (RFC 3261 §17.1): then the request is given up, and so is the memory of it.
    private static final long FORGET_NANOS = TimeUnit.SECONDS.toNanos(32);

    /// More than wait on any connection that works.
    private static final int MOST = 512;

    private record Waiting(SentRequest request, long sinceNanos) {}

    private final Map<String, Waiting> waiting = new ConcurrentHashMap<>();
    private final NanoClock clock;

    UnansweredRequests(NanoClock clock) {
        this.clock = clock;
    }

    /// Keeps a request until it is answered.
    ///
    /// @return false when there are too many already
    boolean add(SentRequest request) {
        long nowNanos = clock.nanoTime();
        waiting.values().removeIf(old -> nowNanos - old.sinceNanos() > FORGET_NANOS);
        if (waiting.size() >= MOST) {
            return false;
        }
        waiting.put(request.key(), new Waiting(request, nowNanos));
        return true;
    }

    /// The peer has a request: it answered, or it is known to have gone another way.
    ///
    /// @return false when that was known before
    boolean remove(String key) {
        return waiting.remove(key) != null;
    }

    /// All of them, which are somebody else's to care for from now on.
    List<SentRequest> takeAll() {
        return waiting.values().stream()
                .map(Waiting::request)
                .filter(request -> remove(request.key()))
                .toList();
    }
}
