package offhook.web;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicReference;
import offhook.config.Listen;

/// The origins (RFC 6454) whose pages may connect: exactly those of the configuration, and the
/// gateway's own where it listens on loopback, since whoever serves that origin is the gateway.
///
/// Browsers send an origin in one form only (lower case, no default port), so equality of texts is
/// the whole check: everything else is not a browser's, or not an allowed one.
final class Origins {

    private final Set<String> configured;
    // Written when the listeners are bound, read by Jetty's threads.
    private final AtomicReference<Set<String>> own = new AtomicReference<>(Set.of());

    Origins(List<String> configured) {
        this.configured = Set.copyOf(configured);
    }

    /// Adds the gateway's own origin of a listener once its port is known.
    void addOwn(Listen listen, int port) {
        InetAddress address = listen.address().getAddress();
        if (address == null || !address.isLoopbackAddress()) {
            return;
        }
        List<String> origins = new ArrayList<>(own.get());
        for (String host : List.of("localhost", "127.0.0.1", "[::1]")) {
            origins.add(listen.scheme() + "://" + host + ":" + port);
        }
        own.set(Set.copyOf(origins));
    }

    /// Whether a request with this Origin header may connect; without one it may not.
    boolean allows(Optional<String> origin) {
        return origin.isPresent()
                && (configured.contains(origin.get()) || own.get().contains(origin.get()));
    }
}
