package offhook.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/// The port on which consoles of other machines reach the beans.
///
/// @param listen the one address that is bound
/// @param tls who we are there
/// @param users who may sign in
public record JmxConfig(InetSocketAddress listen, Tls tls, List<OpsUser> users) {

    /// Files in PEM.
    public record Tls(Path certificate, Path key) {}
}
