package offhook.sip;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Predicate;
import offhook.config.TrunkConfig;

/// The TLS connections that are open, whose they are, and whom we expect where we connect to. Any
/// thread.
final class TlsConnections {

    /// @param mayCall whether all that identifies the trunk was shown
    private record Known(TrunkConfig trunk, boolean mayCall) {}

    private final Map<InetSocketAddress, Known> open = new ConcurrentHashMap<>();
    private final Map<InetSocketAddress, TlsAim> aims = new ConcurrentHashMap<>();
    private final Predicate<String> trunks;

    /// @param trunks whether a trunk of a name is known
    TlsConnections(Predicate<String> trunks) {
        this.trunks = trunks;
    }

    /// A connection is the trunk's.
    ///
    /// @param mayCall whether all that identifies the trunk was shown, so that calls may come
    void opened(InetAddress address, int port, TrunkConfig trunk, boolean mayCall)
            throws IOException {
        // The stack finds a connection by these two only, and so do we.
        if (open.putIfAbsent(key(address, port), new Known(trunk, mayCall)) != null) {
            throw new IOException("a connection with the same peer address and port is open");
        }
    }

    void closed(InetAddress address, int port) {
        InetSocketAddress key = key(address, port);
        open.remove(key);
        // Kept as long as it was open, also when its trunk had gone by then.
        aims.computeIfPresent(key, (_, aim) -> isKnown(aim) ? aim : null);
    }

    boolean isOpen(InetAddress address, int port) {
        return open.containsKey(key(address, port));
    }

    /// The trunk that a connection belongs to.
    Optional<TrunkConfig> peer(InetAddress address, int port) {
        return Optional.ofNullable(open.get(key(address, port))).map(Known::trunk);
    }

    /// The trunk that may call in on a connection.
    Optional<TrunkConfig> caller(InetAddress address, int port) {
        return Optional.ofNullable(open.get(key(address, port)))
                .filter(Known::mayCall)
                .map(Known::trunk);
    }

    /// Notes whom requests are for that go to an address from now on.
    ///
    /// @throws IOException when a connection to the address is open whose certificate was checked
    ///   for somebody else
    void aim(InetAddress address, int port, TlsAim aim) throws IOException {
        InetSocketAddress key = key(address, port);
        TlsAim before = aims.put(key, aim);
        if (before != null && !before.isOfSame(aim) && open.containsKey(key)) {
            aims.put(key, before);
            throw new IOException(
                    "the TLS connection to "
                            + address.getHostAddress()
                            + ":"
                            + port
                            + " is that of trunk "
                            + before.trunk().name()
                            + ", whose 'tls' or host is another");
        }
    }

    /// Forgets whom trunks expected that are known no more, where nothing is open.
    void forget() {
        aims.entrySet()
                .removeIf(each -> !isKnown(each.getValue()) && !open.containsKey(each.getKey()));
    }

    private boolean isKnown(TlsAim aim) {
        return trunks.test(aim.trunk().name());
    }

    /// Of how many addresses it is known whom we expect there.
    int aims() {
        return aims.size();
    }

    Optional<TlsAim> aimAt(InetAddress address, int port) {
        return Optional.ofNullable(aims.get(key(address, port)));
    }

    private static InetSocketAddress key(InetAddress address, int port) {
        return new InetSocketAddress(address, port);
    }
}
