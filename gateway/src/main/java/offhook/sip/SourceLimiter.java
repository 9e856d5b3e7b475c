package offhook.sip;

import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import offhook.runtime.NanoClock;

/// How much each known source may send: token buckets that take nothing from each other, as what
/// one address sends may come from several, and be forged. Any thread; each bucket is an immutable
/// record that is exchanged whole.
final class SourceLimiter {

    /// More malformed messages than this within the window are remarkable.
    static final int MALFORMED_LIMIT = 25;

    static final long MALFORMED_WINDOW_NANOS = TimeUnit.SECONDS.toNanos(30);

    /// How long a source that sent so many is called noisy.
    static final long NOISY_NANOS = TimeUnit.SECONDS.toNanos(60);

    /// All messages of a source, against its opening requests.
    private static final int ALL_TO_OPENING = 10;

    /// Sources are only those of the trunks; blocks of IPv6 are large all the same.
    private static final int MAX_SOURCES = 10_000;

    private record Bucket(double tokens, long atNanos) {

        /// The bucket now, one token less; one that refuses stands two below what it holds.
        Bucket take(double perSecond, double burst, long nowNanos) {
            double held = tokens < 0 ? tokens + 2 : tokens;
            double filled = Math.min(burst, held + (nowNanos - atNanos) * perSecond / 1e9);
            return new Bucket(filled >= 1 ? filled - 1 : filled - 2, nowNanos);
        }
    }

    private record Noise(
            int malformed, long windowStartNanos, boolean noisy, long noisySinceNanos) {

        Noise more(long nowNanos) {
            boolean sameWindow = nowNanos - windowStartNanos < MALFORMED_WINDOW_NANOS;
            int count = sameWindow ? malformed + 1 : 1;
            return count > MALFORMED_LIMIT
                    ? new Noise(0, nowNanos, true, nowNanos)
                    : new Noise(
                            count,
                            sameWindow ? windowStartNanos : nowNanos,
                            noisy,
                            noisySinceNanos);
        }
    }

    private record Source(
            AtomicReference<Bucket> openings,
            AtomicReference<Bucket> messages,
            AtomicReference<Bucket> ofCalls,
            AtomicReference<Bucket> refusals,
            AtomicReference<Noise> noise) {

        static Source fresh(int perSecond, long nowNanos) {
            return new Source(
                    full(perSecond, nowNanos),
                    full(perSecond * ALL_TO_OPENING, nowNanos),
                    full(perSecond * ALL_TO_OPENING, nowNanos),
                    full(perSecond, nowNanos),
                    new AtomicReference<>(new Noise(0, nowNanos, false, nowNanos)));
        }

        private static AtomicReference<Bucket> full(int perSecond, long nowNanos) {
            return new AtomicReference<>(new Bucket(2.0 * perSecond, nowNanos));
        }
    }

    private final NanoClock clock;
    private final int perSecond;
    private final ConcurrentHashMap<InetAddress, Source> sources = new ConcurrentHashMap<>();

    /// @param perSecond opening requests a second that a source may send; twice that in a burst
    SourceLimiter(NanoClock clock, int perSecond) {
        this.clock = clock;
        this.perSecond = perSecond;
    }

    /// Counts a message that anybody could have sent.
    ///
    /// @return false when the source sends too many
    boolean admitMessage(InetAddress source) {
        return take(source(source).messages(), perSecond * ALL_TO_OPENING);
    }

    /// Counts a message that shows what only the parties of a call, or who was asked by us, can
    /// know. Whatever is forged takes nothing from these.
    ///
    /// @return false when the source sends too many
    boolean admitOfCall(InetAddress source) {
        return take(source(source).ofCalls(), perSecond * ALL_TO_OPENING);
    }

    /// Counts a request that opens something.
    ///
    /// @return false when the source sends too many
    boolean admitOpening(InetAddress source) {
        return take(source(source).openings(), perSecond);
    }

    /// Counts an answer to what is malformed.
    ///
    /// @return false when the source got too many
    boolean admitRefusal(InetAddress source) {
        return take(source(source).refusals(), perSecond);
    }

    /// Whether a source sent much that is malformed, not long ago.
    boolean isNoisy(InetAddress source) {
        Noise noise = source(source).noise().get();
        return noise.noisy() && clock.nanoTime() - noise.noisySinceNanos() < NOISY_NANOS;
    }

    /// Counts a malformed message.
    ///
    /// @return whether the source is noisy from this one on
    boolean countMalformed(InetAddress source) {
        if (isNoisy(source)) {
            return false;
        }
        long nowNanos = clock.nanoTime();
        Noise after = source(source).noise().updateAndGet(noise -> noise.more(nowNanos));
        return after.noisy() && after.noisySinceNanos() == nowNanos;
    }

    private boolean take(AtomicReference<Bucket> bucket, double rate) {
        long nowNanos = clock.nanoTime();
        return bucket.updateAndGet(b -> b.take(rate, 2 * rate, nowNanos)).tokens() >= 0;
    }

    private Source source(InetAddress address) {
        Source known = sources.get(address);
        if (known != null) {
            return known;
        }
        if (sources.size() >= MAX_SOURCES) {
            sources.clear();
        }
        return sources.computeIfAbsent(address, _ -> Source.fresh(perSecond, clock.nanoTime()));
    }
}
