package offhook.web;

import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/// Which tokens count no more though they have not expired: those of an agent that were issued
/// before an operator revoked them. As long as the gateway runs. Any thread.
final class Revocations {

    private final InstantSource clock;
    private final Map<String, Instant> revoked = new ConcurrentHashMap<>();

    Revocations(InstantSource clock) {
        this.clock = clock;
    }

    /// No token of the agent counts that was issued until now.
    void revoke(String agent) {
        revoked.put(agent, clock.instant());
    }

    /// Whether a token counts no more.
    ///
    /// @param issued by its own word, in whole seconds (RFC 7519 §4.1.6): one of the very second of
    ///   the revocation is taken for an old one, as is one that does not say
    boolean isRevoked(String agent, Optional<Instant> issued) {
        Instant at = revoked.get(agent);
        return at != null
                && !issued.filter(i -> i.isAfter(at.truncatedTo(ChronoUnit.SECONDS))).isPresent();
    }
}
