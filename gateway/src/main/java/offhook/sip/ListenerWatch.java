package offhook.sip;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import org.jspecify.annotations.Nullable;

/// Knows every socket on which SIP is awaited, and the thread that awaits it: a stack whose reader
/// died is deaf without telling anybody. Any thread.
final class ListenerWatch {

    private final List<Listener> listeners = new CopyOnWriteArrayList<>();

    /// One socket and who reads it.
    static final class Listener {

        private final InetSocketAddress address;
        private final String transport;
        private final BooleanSupplier closed;

        /// Written by the thread that reads, read by those who watch; null before the first time.
        private volatile @Nullable Thread reader;

        private Listener(String transport, InetSocketAddress address, BooleanSupplier closed) {
            this.transport = transport;
            this.address = address;
            this.closed = closed;
        }

        /// The calling thread is about to wait for what comes.
        void awaits() {
            reader = Thread.currentThread();
        }

        private boolean isDeaf() {
            Thread known = reader;
            return closed.getAsBoolean() || (known != null && !known.isAlive());
        }

        private Optional<String> deaf() {
            return isDeaf()
                    ? Optional.of(
                            transport
                                    + "://"
                                    + address.getAddress().getHostAddress()
                                    + ":"
                                    + address.getPort())
                    : Optional.empty();
        }
    }

    /// Watches a socket from now on.
    ///
    /// @param closed whether it is
    Listener add(String transport, InetSocketAddress address, BooleanSupplier closed) {
        Listener listener = new Listener(transport, address, closed);
        listeners.add(listener);
        return listener;
    }

    /// Those that nobody reads any more.
    List<String> deaf() {
        return listeners.stream().flatMap(listener -> listener.deaf().stream()).toList();
    }
}
