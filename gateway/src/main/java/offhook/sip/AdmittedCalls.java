package offhook.sip;

import java.net.InetAddress;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import offhook.config.TrunkConfig;
import offhook.runtime.NanoClock;

/// The INVITEs that were let in by their credentials, for as long as a transaction lasts (RFC 3261
/// §17.2.1). An INVITE that comes again until it is answered is the same one, though its
/// credentials are used up; and what else belongs to it bears no credentials at all. Any thread.
final class AdmittedCalls {

    static final long LIFE_NANOS = TimeUnit.SECONDS.toNanos(32); // 64 * T1
    private static final int MAX_CALLS = 10_000;

    private record Admitted(
            TrunkConfig trunk,
            InetAddress source,
            String fingerprint,
            boolean acknowledged,
            long sinceNanos) {}

    private final NanoClock clock;
    private final ConcurrentHashMap<Dialogs.Key, Admitted> calls = new ConcurrentHashMap<>();

    AdmittedCalls(NanoClock clock) {
        this.clock = clock;
    }

    /// An INVITE is let in.
    ///
    /// @param fingerprint what is the same only in the same message
    void admit(Dialogs.Key key, InetAddress source, TrunkConfig trunk, String fingerprint) {
        long nowNanos = clock.nanoTime();
        if (calls.size() >= MAX_CALLS) {
            calls.values().removeIf(call -> nowNanos - call.sinceNanos() >= LIFE_NANOS);
            if (calls.size() >= MAX_CALLS) {
                calls.clear(); // so many at once are no calls that anybody takes
            }
        }
        calls.put(key, new Admitted(trunk, source, fingerprint, false, nowNanos));
    }

    /// The ACK came: the INVITE does not come again, and whoever sends it repeats what was heard.
    void acknowledge(Dialogs.Key key, InetAddress source) {
        calls.computeIfPresent(
                key,
                (_, call) ->
                        call.source().equals(source)
                                ? new Admitted(
                                        call.trunk(),
                                        source,
                                        call.fingerprint(),
                                        true,
                                        call.sinceNanos())
                                : call);
    }

    /// Whether this very INVITE was let in and waits for its answer.
    boolean isRepeated(Dialogs.Key key, InetAddress source, String fingerprint) {
        Admitted call = calls.get(key);
        return call != null
                && isLiving(call, source)
                && !call.acknowledged()
                && call.fingerprint().equals(fingerprint);
    }

    /// By which trunk a call was opened from this source, lately.
    Optional<TrunkConfig> trunkOf(Dialogs.Key key, InetAddress source) {
        return Optional.ofNullable(calls.get(key))
                .filter(call -> isLiving(call, source))
                .map(Admitted::trunk);
    }

    private boolean isLiving(Admitted call, InetAddress source) {
        return call.source().equals(source) && clock.nanoTime() - call.sinceNanos() < LIFE_NANOS;
    }
}
