package offhook.config;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/// Who may sign in.
///
/// @param users users of this file
/// @param tokenLifetime how long a token of `POST /api/token` is valid
/// @param tokenSecret key that signs these tokens; empty: one that the gateway makes
/// @param grace how long a call outlives the agent's WebSocket
/// @param issuer whose tokens are taken besides
public record AgentsConfig(
        List<User> users,
        Duration tokenLifetime,
        Optional<Secret> tokenSecret,
        Duration grace,
        Optional<IssuerConfig> issuer) {

    /// The same with other users.
    public AgentsConfig withUsers(List<User> others) {
        return new AgentsConfig(others, tokenLifetime, tokenSecret, grace, issuer);
    }

    /// The same with another grace time.
    public AgentsConfig withGrace(Duration other) {
        return new AgentsConfig(users, tokenLifetime, tokenSecret, other, issuer);
    }

    /// The same with a secret.
    public AgentsConfig withTokenSecret(Secret secret) {
        return new AgentsConfig(users, tokenLifetime, Optional.of(secret), grace, issuer);
    }

    /// One user.
    ///
    /// @param name sign-in name
    /// @param passwordHash bcrypt hash (`$2b$...`); blank for one who signs in with tokens of the
    ///   issuer only
    /// @param displayName name shown to others; the sign-in name when not given
    /// @param callerId number that those are shown whom the user calls
    /// @param withholdNumber whether those are shown nothing instead
    /// @param calls how many the user may have at once, those that ring counted
    /// @param sipPassword with which the user's SIP phones register; empty: by token only
    public record User(
            String name,
            Secret passwordHash,
            String displayName,
            Optional<String> callerId,
            boolean withholdNumber,
            int calls,
            Optional<Secret> sipPassword) {

        /// Whether what proves to be the one proves to be the other.
        public boolean provesLike(User other) {
            return passwordHash.equals(other.passwordHash) && sipPassword.equals(other.sipPassword);
        }

        /// Whose SIP phones register by token only.
        public User(
                String name,
                Secret passwordHash,
                String displayName,
                Optional<String> callerId,
                boolean withholdNumber,
                int calls) {
            this(
                    name,
                    passwordHash,
                    displayName,
                    callerId,
                    withholdNumber,
                    calls,
                    Optional.empty());
        }
    }
}
