package offhook.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The browser side.
///
/// @param listen where pages and WebSockets are served
/// @param allowedOrigins exact origins whose pages may connect
/// @param tls certificate for an `https` listener
/// @param guests web sites whose visitors may call
/// @param turn a TURN server for browsers
public record WebConfig(
        List<Listen> listen,
        List<String> allowedOrigins,
        Optional<Tls> tls,
        List<GuestSite> guests,
        Optional<TurnConfig> turn) {

    /// PEM files.
    public record Tls(Path certificate, Path key) {}
}
