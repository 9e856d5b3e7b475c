package offhook.config;

import java.net.URI;
import java.time.Duration;
import java.util.Optional;

/// An issuer of tokens that agents sign in with, besides this gateway.
///
/// @param jwks where its public keys are (RFC 7517 §5): `https:`, on loopback also `http:`, or
///   `file:`
/// @param issuer the claim `iss` of its tokens
/// @param audience what their claim `aud` must name
/// @param claims where they say who the agent is and what it may do
/// @param clockSkew how far its clock may be off
/// @param maxAgents how many agents may be signed in that this file does not name
public record IssuerConfig(
        URI jwks,
        String issuer,
        String audience,
        Claims claims,
        Duration clockSkew,
        int maxAgents) {

    /// Names of claims.
    ///
    /// @param name the agent's sign-in name
    /// @param displayName name shown to others
    /// @param callerId number that those are shown whom the agent calls; empty: no claim says so
    /// @param dial whom the agent may call; empty: whomever routes lead to
    /// @param transfer whether the agent may transfer; empty: it may
    public record Claims(
            String name,
            String displayName,
            Optional<String> callerId,
            Optional<String> dial,
            Optional<String> transfer) {}
}
