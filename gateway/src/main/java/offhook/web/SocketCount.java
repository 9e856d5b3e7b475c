package offhook.web;

import java.util.concurrent.ConcurrentHashMap;

/// Counts the WebSockets that are not signed in, in all and by address. Safe for any thread.
final class SocketCount {

    private final int maxInAll;
    private final int maxPerAddress;
    private final ConcurrentHashMap<String, Integer> byAddress = new ConcurrentHashMap<>();

    SocketCount(int maxInAll, int maxPerAddress) {
        this.maxInAll = maxInAll;
        this.maxPerAddress = maxPerAddress;
    }

    /// Whether another one would be too many.
    boolean isFull(String address) {
        return inAll() >= maxInAll || byAddress.getOrDefault(address, 0) >= maxPerAddress;
    }

    void add(String address) {
        byAddress.merge(address, 1, Integer::sum);
    }

    void remove(String address) {
        byAddress.computeIfPresent(address, (_, count) -> count > 1 ? count - 1 : null);
    }

    private int inAll() {
        int sum = 0;
        for (int count : byAddress.values()) {
            sum += count;
        }
        return sum;
    }
}
