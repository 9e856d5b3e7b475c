package offhook.sip;

import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import offhook.runtime.NanoClock;

/// Who sent too many wrong passwords. Counted are only sources that heard our challenge, so that
/// nobody can have a trunk shut out by forging its address. An IPv6 source is its block of 64 bits,
/// which is one host's to choose from. Any thread.
final class GuessLimiter {

    /// So many wrong passwords within the window block a source.
    static final int LIMIT = 10;

    static final long WINDOW_NANOS = TimeUnit.SECONDS.toNanos(60);
    static final long BLOCK_NANOS = TimeUnit.SECONDS.toNanos(60);

    private static final int MAX_SOURCES = 10_000;
    private static final int IPV6_BLOCK_BYTES = 8;

    /// @param sinceNanos when the first one came; the last one, once there are enough
    private record Guesses(int count, long sinceNanos) {

        boolean isOver(long nowNanos) {
            return nowNanos - sinceNanos >= (count < LIMIT ? WINDOW_NANOS : BLOCK_NANOS);
        }
    }

    private final NanoClock clock;
    private final ConcurrentHashMap<InetAddress, Guesses> sources = new ConcurrentHashMap<>();

    GuessLimiter(NanoClock clock) {
        this.clock = clock;
    }

    boolean isBlocked(InetAddress source) {
        Guesses guesses = sources.get(block(source));
        return guesses != null && guesses.count() >= LIMIT && !guesses.isOver(clock.nanoTime());
    }

    /// Counts a wrong password.
    ///
    /// @return whether it was the one that blocks the source
    boolean countWrong(InetAddress source) {
        long nowNanos = clock.nanoTime();
        if (sources.size() >= MAX_SOURCES) {
            sources.values().removeIf(guesses -> guesses.isOver(nowNanos));
            if (sources.size() >= MAX_SOURCES) {
                sources.clear();
            }
        }
        Guesses after =
                sources.compute(
                        block(source),
                        (_, before) -> {
                            if (before == null || before.isOver(nowNanos)) {
                                return new Guesses(1, nowNanos);
                            }
                            int count = before.count() + 1;
                            return new Guesses(
                                    count, count == LIMIT ? nowNanos : before.sinceNanos());
                        });
        return after.count() == LIMIT;
    }

    private static InetAddress block(InetAddress source) {
        if (!(source instanceof Inet6Address)) {
            return source;
        }
        byte[] bytes = Arrays.copyOf(source.getAddress(), IPV6_BLOCK_BYTES);
        try {
            return InetAddress.getByAddress(Arrays.copyOf(bytes, source.getAddress().length));
        } catch (UnknownHostException e) {
            throw new IllegalStateException("an address of as many bytes as it had", e);
        }
    }
}
