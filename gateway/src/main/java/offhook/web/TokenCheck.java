package offhook.web;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import offhook.config.AgentsConfig;

/// What a check of a token found.
sealed interface TokenCheck {

    /// It is valid.
    ///
    /// @param who signs in with it
    /// @param remaining until it expires
    /// @param issued when it was made; empty when it does not say
    /// @param own whether it only names a user, as tokens of this gateway do: all else of the
    ///   profile is the configuration's
    record Valid(AgentProfile who, Duration remaining, Optional<Instant> issued, boolean own)
            implements TokenCheck {

        /// Of one who is as the token says.
        Valid(AgentProfile who, Duration remaining, Optional<Instant> issued) {
            this(who, remaining, issued, false);
        }

        /// The same of a user as known by now.
        Valid of(AgentsConfig.User user) {
            return new Valid(AgentProfile.of(user), remaining, issued, own);
        }
    }

    /// It was valid once.
    record Expired() implements TokenCheck {}

    /// It would be valid, but an operator revoked it.
    record Revoked() implements TokenCheck {}

    /// It is nobody's whom we believe.
    record Invalid() implements TokenCheck {}

    /// Nobody knows: the issuer's keys cannot be had.
    record Unknown() implements TokenCheck {}
}
