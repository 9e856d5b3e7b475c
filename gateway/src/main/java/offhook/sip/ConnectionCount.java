package offhook.sip;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;

/// How many connections there are, in all and of each peer, so that none takes those of the others.
/// A peer is a trunk by its name, or a stranger by its address. Any thread.
final class ConnectionCount {

    /// However few there are in all, a peer may have so many.
    private static final int LEAST_PER_PEER = 8;

    private final int total;
    private final int perPeer;
    private final AtomicInteger open = new AtomicInteger();

    /// Of those who have any.
    private final ConcurrentHashMap<String, Integer> peers = new ConcurrentHashMap<>();

    /// @param total how many in all; a peer may have a quarter of them
    ConnectionCount(int total) {
        this.total = total;
        this.perPeer = Math.max(LEAST_PER_PEER, total / 4);
    }

    /// Counts one more connection of a peer.
    ///
    /// @return false, and nothing is counted, when the peer or all together have enough
    boolean take(String peer) {
        boolean enough = open.incrementAndGet() > total;
        enough |= peers.merge(peer, 1, Integer::sum) > perPeer;
        if (enough) {
            giveBack(peer);
        }
        return !enough;
    }

    /// A counted connection is closed.
    void giveBack(String peer) {
        open.decrementAndGet();
        peers.merge(peer, -1, ConnectionCount::sumUnlessNone);
    }

    private static @Nullable Integer sumUnlessNone(int before, int change) {
        return before + change == 0 ? null : before + change;
    }
}
