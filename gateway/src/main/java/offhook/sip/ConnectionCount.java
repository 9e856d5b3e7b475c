package offhook.sip;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/// How many connections there are, in all and of each trunk, so that no trunk takes those of the
/// others. Any thread.
final class ConnectionCount {

    /// However few there are in all, a trunk may have so many.
    private static final int LEAST_PER_TRUNK = 8;

    private final int total;
    private final int perTrunk;
    private final AtomicInteger open = new AtomicInteger();
    private final ConcurrentHashMap<String, AtomicInteger> trunks = new ConcurrentHashMap<>();

    /// @param total how many in all; a trunk may have a quarter of them
    ConnectionCount(int total) {
        this.total = total;
        this.perTrunk = Math.max(LEAST_PER_TRUNK, total / 4);
    }

    /// Counts one more connection of a trunk.
    ///
    /// @return false, and nothing is counted, when the trunk or all together have enough
    boolean take(String trunk) {
        AtomicInteger ofTrunk = trunks.computeIfAbsent(trunk, t -> new AtomicInteger());
        if (ofTrunk.incrementAndGet() <= perTrunk) {
            if (open.incrementAndGet() <= total) {
                return true;
            }
            open.decrementAndGet();
        }
        ofTrunk.decrementAndGet();
        return false;
    }

    /// A counted connection is closed.
    void giveBack(String trunk) {
        open.decrementAndGet();
        trunks.computeIfAbsent(trunk, t -> new AtomicInteger()).decrementAndGet();
    }
}
