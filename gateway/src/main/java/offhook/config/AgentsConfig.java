package offhook.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Who may sign in.
///
/// @param users users of this file
/// @param tokenLifetime how long a token of `POST /api/token` is valid
/// @param tokenSecret key that signs these tokens; empty: a new one at each start
/// @param grace how long a call outlives the agent's WebSocket
/// @param issuer whose tokens are taken besides
public record AgentsConfig(
        List<User> users,
        Duration tokenLifetime,
        Optional<Secret> tokenSecret,
        Duration grace,
        Optional<IssuerConfig> issuer) {

    /// One user.
    ///
    /// @param name sign-in name
    /// @param passwordHash bcrypt hash (`$2b$...`); blank for one who signs in with tokens of the
    ///   issuer only
    /// @param displayName name shown to others; the sign-in name when not given
    /// @param callerId number that those are shown whom the user calls
    /// @param withholdNumber whether those are shown nothing instead
    /// @param calls how many the user may have at once, those that ring counted
    public record User(
            String name,
            Secret passwordHash,
            String displayName,
            Optional<String> callerId,
            boolean withholdNumber,
            int calls) {}
}
