package offhook.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// The browser side.
///
/// @param listen where pages and WebSockets are served
/// @param allowedOrigins exact origins whose pages may connect
/// @param tls certificate for an `https` listener
public record WebConfig(List<Listen> listen, List<String> allowedOrigins, Optional<Tls> tls) {

    /// PEM files.
    public record Tls(Path certificate, Path key) {}
}
