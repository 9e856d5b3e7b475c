package offhook.sip;

import java.net.InetAddress;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import offhook.runtime.NanoClock;

/// How much each known source may send: a token bucket for requests that open something, a wider
/// one for everything, and a block for sources that keep sending what is malformed. Any thread; the
/// state of a source is an immutable record that is exchanged whole.
final class SourceLimiter {

    /// More malformed messages than this within the window block a source.
    static final int MALFORMED_LIMIT = 25;

    static final long MALFORMED_WINDOW_NANOS = TimeUnit.SECONDS.toNanos(30);
    static final long BLOCK_NANOS = TimeUnit.SECONDS.toNanos(60);

    /// All messages of a source, in-dialog ones and responses too, against its opening requests.
    private static final int ALL_TO_OPENING = 10;

    /// Sources are only those of the trunks; blocks of IPv6 are large all the same.
    private static final int MAX_SOURCES = 10_000;

    private record Bucket(double tokens, long atNanos) {

        /// The bucket now, one token less; unchanged in tokens when there is none.
        Bucket take(double perSecond, double burst, long nowNanos) {
            double filled = Math.min(burst, tokens + (nowNanos - atNanos) * perSecond / 1e9);
            return new Bucket(filled >= 1 ? filled - 1 : filled - 2, nowNanos);
        }
    }

    private record State(
            Bucket opening,
            Bucket all,
            int malformed,
            long windowStartNanos,
            boolean blocked,
            long blockedAtNanos) {}

    private final NanoClock clock;
    private final int perSecond;
    private final ConcurrentHashMap<InetAddress, AtomicReference<State>> sources =
            new ConcurrentHashMap<>();

    /// @param perSecond opening requests a second that a source may send; twice that in a burst
    SourceLimiter(NanoClock clock, int perSecond) {
        this.clock = clock;
        this.perSecond = perSecond;
    }

    /// Whether a source is blocked for what it sent.
    boolean isBlocked(InetAddress source) {
        State state = state(source).get();
        return state.blocked() && clock.nanoTime() - state.blockedAtNanos() < BLOCK_NANOS;
    }

    /// Counts a message of any kind.
    ///
    /// @return false when the source sends too many
    boolean admitMessage(InetAddress source) {
        double rate = (double) perSecond * ALL_TO_OPENING;
        long nowNanos = clock.nanoTime();
        State after =
                state(source)
                        .updateAndGet(s ->
                                new State(
                                        s.opening(),
                                        settle(s.all()).take(rate, 2 * rate, nowNanos),
                                        s.malformed(),
                                        s.windowStartNanos(),
                                        s.blocked(),
                                        s.blockedAtNanos()));
        return after.all().tokens() >= 0;
    }

    /// Counts a request that opens something.
    ///
    /// @return false when the source sends too many
    boolean admitOpening(InetAddress source) {
        long nowNanos = clock.nanoTime();
        double rate = perSecond;
        State after =
                state(source)
                        .updateAndGet(s ->
                                new State(
                                        settle(s.opening()).take(rate, 2 * rate, nowNanos),
                                        s.all(),
                                        s.malformed(),
                                        s.windowStartNanos(),
                                        s.blocked(),
                                        s.blockedAtNanos()));
        return after.opening().tokens() >= 0;
    }

    /// Counts a malformed message, and blocks its source when there were too many.
    ///
    /// @return whether it was the one that blocks the source
    boolean countMalformed(InetAddress source) {
        long nowNanos = clock.nanoTime();
        State after = state(source).updateAndGet(s -> afterMalformed(s, nowNanos));
        return after.blocked() && after.blockedAtNanos() == nowNanos;
    }

    private static State afterMalformed(State s, long nowNanos) {
        boolean sameWindow = nowNanos - s.windowStartNanos() < MALFORMED_WINDOW_NANOS;
        int malformed = sameWindow ? s.malformed() + 1 : 1;
        long windowStartNanos = sameWindow ? s.windowStartNanos() : nowNanos;
        if (malformed > MALFORMED_LIMIT) {
            return new State(s.opening(), s.all(), 0, nowNanos, true, nowNanos);
        }
        return new State(
                s.opening(), s.all(), malformed, windowStartNanos, s.blocked(), s.blockedAtNanos());
    }

    /// A bucket that refused stands two below what it held; this puts it back.
    private static Bucket settle(Bucket bucket) {
        return bucket.tokens() < 0 ? new Bucket(bucket.tokens() + 2, bucket.atNanos()) : bucket;
    }

    private AtomicReference<State> state(InetAddress source) {
        AtomicReference<State> known = sources.get(source);
        if (known != null) {
            return known;
        }
        if (sources.size() >= MAX_SOURCES) {
            sources.clear();
        }
        return sources.computeIfAbsent(source, s -> new AtomicReference<>(fresh()));
    }

    private State fresh() {
        long nowNanos = clock.nanoTime();
        Bucket opening = new Bucket(2.0 * perSecond, nowNanos);
        Bucket all = new Bucket(2.0 * perSecond * ALL_TO_OPENING, nowNanos);
        return new State(opening, all, 0, nowNanos, false, nowNanos);
    }
}
