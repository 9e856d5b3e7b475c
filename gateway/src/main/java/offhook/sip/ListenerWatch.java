package offhook.sip;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.BooleanSupplier;
import offhook.fault.FailureWords;
import offhook.runtime.NanoClock;
import org.jspecify.annotations.Nullable;

/// Knows every socket on which SIP is awaited, and the thread that awaits it: a stack whose reader
/// died, or gets nothing but errors, is deaf without telling anybody. Any thread.
final class ListenerWatch {

    /// Who fails tries again ten times in so long; who did not fail for so long waits for peers.
    private static final long FRESH_NANOS = 1_000_000_000L;

    private final List<Listener> listeners = new CopyOnWriteArrayList<>();
    private final NanoClock clock;

    ListenerWatch(NanoClock clock) {
        this.clock = clock;
    }

    /// What went wrong the last time; nothing ever, if no reason is known.
    private record Failure(long atNanos, String why) {}

    /// What every listener begins with: when nothing can be opened any more, nor can the file of a
    /// class that is first needed then.
    private static final Failure NONE = new Failure(0, "");

    /// One socket and who reads it.
    static final class Listener {

        private final InetSocketAddress address;
        private final String transport;
        private final BooleanSupplier closed;
        private final NanoClock clock;

        /// Written by the thread that reads, read by those who watch; null before the first time.
        private volatile @Nullable Thread reader;

        /// The same.
        private volatile Failure failure = NONE;

        private Listener(
                String transport,
                InetSocketAddress address,
                BooleanSupplier closed,
                NanoClock clock) {
            this.transport = transport;
            this.address = address;
            this.closed = closed;
            this.clock = clock;
        }

        /// The calling thread is about to wait for what comes.
        void awaits() {
            reader = Thread.currentThread();
        }

        /// What came could not be taken; the calling thread tries again within a fraction of a
        /// second.
        void failed(IOException why) {
            failure = new Failure(clock.nanoTime(), FailureWords.of(why));
        }

        private boolean isDeaf() {
            Thread known = reader;
            return closed.getAsBoolean() || (known != null && !known.isAlive());
        }

        private Optional<String> trouble() {
            if (isDeaf()) {
                return Optional.of("nobody reads it any more");
            }
            Failure last = failure;
            return last.why().isEmpty() || clock.nanoTime() - last.atNanos() > FRESH_NANOS
                    ? Optional.empty()
                    : Optional.of("takes nothing: " + last.why());
        }

        private String name() {
            return transport
                    + "://"
                    + address.getAddress().getHostAddress()
                    + ":"
                    + address.getPort();
        }
    }

    /// Watches a socket from now on.
    ///
    /// @param closed whether it is
    Listener add(String transport, InetSocketAddress address, BooleanSupplier closed) {
        Listener listener = new Listener(transport, address, closed, clock);
        listeners.add(listener);
        return listener;
    }

    /// Those that nobody reads any more.
    List<String> deaf() {
        return listeners.stream().filter(Listener::isDeaf).map(Listener::name).toList();
    }

    /// What is wrong with whom: those that nobody reads any more, and those that take nothing now.
    Map<String, String> troubles() {
        Map<String, String> all = new LinkedHashMap<>();
        listeners.forEach(each -> each.trouble().ifPresent(words -> all.put(each.name(), words)));
        return all;
    }
}
