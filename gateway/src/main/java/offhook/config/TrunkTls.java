package offhook.config;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/// How a trunk is known over TLS (RFC 5922).
///
/// @param ca PEM file of the authorities that vouch for it, or of its own certificate; empty:
///   `sip.tls.ca`, and without that the public ones when we connect
/// @param serverNames one of which its certificate must name when we connect; empty: the host of
///   the URI that leads there
/// @param clientNames one of which its certificate must name or it may not call in; empty: none is
///   asked for
public record TrunkTls(Optional<Path> ca, List<String> serverNames, List<String> clientNames) {

    /// What holds where the file says nothing.
    public static final TrunkTls DEFAULT = new TrunkTls(Optional.empty(), List.of(), List.of());
}
