package offhook.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;

/// The port on which consoles of other machines reach the beans.
///
/// @param listen the one address that is bound
/// @param tls who we are there
/// @param users who may sign in
public record JmxConfig(InetSocketAddress listen, Tls tls, List<User> users) {

    /// Files in PEM.
    public record Tls(Path certificate, Path key) {}

    /// Somebody who may sign in.
    ///
    /// @param passwordHash bcrypt
    public record User(String name, Secret passwordHash, Role role) {}

    /// What a user may do.
    public enum Role {
        /// See everything and change nothing.
        READ,
        /// What the beans of the gateway offer.
        OPERATE
    }
}
