package offhook.call;

import java.util.Map;
import java.util.OptionalLong;
import java.util.concurrent.ConcurrentHashMap;

/// Says of which calls that were turned away more is told than their number: of each source some at
/// once, and one a second. A flood costs little, and the sources do not take each other's. Any
/// thread.
public final class TurnAwayBudget {

    private static final long SECOND_NANOS = 1_000_000_000L;

    private final int mostAtOnce;

    /// Sources are trunks and the web: few.
    private final Map<String, Share> shares = new ConcurrentHashMap<>();

    /// @param mostAtOnce of one source
    public TurnAwayBudget(int mostAtOnce) {
        this.mostAtOnce = mostAtOnce;
    }

    /// @param fullNanos when all that may be told at once may be told again
    /// @param leftOut how many were not told since one was
    private record Share(long fullNanos, long leftOut, boolean spent) {}

    /// Asks for a call of a source.
    ///
    /// @return how many of the source were left out since the last one; empty when this one is left
    ///   out too
    public OptionalLong spend(String source, long nowNanos) {
        long[] leftOut = new long[1];
        Share now =
                shares.compute(
                        source,
                        (_, before) -> {
                            if (before == null) {
                                return new Share(nowNanos + SECOND_NANOS, 0, true);
                            }
                            long full =
                                    Math.max(0, before.fullNanos() - nowNanos)
                                            + nowNanos
                                            + SECOND_NANOS;
                            if (full - nowNanos > mostAtOnce * SECOND_NANOS) {
                                return new Share(before.fullNanos(), before.leftOut() + 1, false);
                            }
                            leftOut[0] = before.leftOut();
                            return new Share(full, 0, true);
                        });
        return now.spent() ? OptionalLong.of(leftOut[0]) : OptionalLong.empty();
    }
}
