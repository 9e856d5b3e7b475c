package offhook.web;

import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;

/// Counts the WebSockets that are not signed in, in all and by address. Safe for any thread.
final class SocketCount {

    private final int maxInAll;
    private final int maxPerAddress;
    private final AtomicInteger inAll = new AtomicInteger();
    private final ConcurrentHashMap<String, Integer> byAddress = new ConcurrentHashMap<>();

    SocketCount(int maxInAll, int maxPerAddress) {
        this.maxInAll = maxInAll;
        this.maxPerAddress = maxPerAddress;
    }

    /// Counts another one, unless it is too many.
    boolean tryAdd(String address) {
        if (inAll.getAndUpdate(count -> Math.min(count + 1, maxInAll)) >= maxInAll) {
            return false;
        }
        if (!tryAddToAddress(address)) {
            inAll.decrementAndGet();
            return false;
        }
        return true;
    }

    private boolean tryAddToAddress(String address) {
        AtomicBoolean added = new AtomicBoolean();
        byAddress.compute(
                address,
                (_, count) -> {
                    int before = count == null ? 0 : count;
                    added.set(before < maxPerAddress);
                    return Math.min(before + 1, maxPerAddress);
                });
        return added.get();
    }

    /// Counts one less; only what was added may be removed.
    void remove(String address) {
        byAddress.computeIfPresent(address, (_, count) -> count > 1 ? count - 1 : null);
        inAll.decrementAndGet();
    }
}
