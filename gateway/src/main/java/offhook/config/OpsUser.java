package offhook.config;

import java.util.Locale;

/// Somebody who operates the gateway, by name and password.
///
/// @param passwordHash bcrypt hash (`$2b$...`)
/// @param role what the user may do
public record OpsUser(String name, Secret passwordHash, Role role) {

    /// What somebody may do.
    public enum Role {
        /// Look.
        READ,
        /// Look, and change what happens: end calls, drain, reload, close trunks.
        OPERATE;

        /// As the configuration has it.
        public String key() {
            return name().toLowerCase(Locale.ROOT);
        }
    }
}
