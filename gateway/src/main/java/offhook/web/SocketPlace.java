package offhook.web;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;

/// The place of one WebSocket among those that are not signed in: taken before the upgrade is
/// answered, so that whoever was told that it may come in does, and given back once, whoever does
/// so first. Safe for any thread.
final class SocketPlace {

    private final SocketCount count;
    private final String address;
    private final AtomicBoolean held = new AtomicBoolean(true);

    private SocketPlace(SocketCount count, String address) {
        this.count = count;
        this.address = address;
    }

    /// Empty when there are too many.
    static Optional<SocketPlace> in(SocketCount count, String address) {
        return count.tryAdd(address)
                ? Optional.of(new SocketPlace(count, address))
                : Optional.empty();
    }

    void giveBack() {
        if (held.compareAndSet(true, false)) {
            count.remove(address);
        }
    }
}
