package offhook.web;

import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/// What a check of a token found.
sealed interface TokenCheck {

    /// It is valid.
    ///
    /// @param who signs in with it
    /// @param remaining until it expires
    /// @param issued when it was made; empty when it does not say
    record Valid(AgentProfile who, Duration remaining, Optional<Instant> issued)
            implements TokenCheck {}

    /// It was valid once.
    record Expired() implements TokenCheck {}

    /// It would be valid, but an operator revoked it.
    record Revoked() implements TokenCheck {}

    /// It is nobody's whom we believe.
    record Invalid() implements TokenCheck {}

    /// Nobody knows: the issuer's keys cannot be had.
    record Unknown() implements TokenCheck {}
}
