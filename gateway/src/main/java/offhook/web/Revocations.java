package offhook.web;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Collection;
import java.util.Comparator;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// Which tokens count no more though they have not expired: those of an agent that were issued
/// before an operator revoked them. Any thread; those that have them outlast a restart may wait for
/// a disk.
final class Revocations {

    private static final Logger LOG = LogManager.getLogger(Revocations.class);

    /// Longer than any token counts that this gateway issues, and than issuers let theirs.
    private static final Duration KEPT = Duration.ofDays(400);

    /// Agents whom only tokens name come and go; the oldest revocations give way.
    private static final int MOST = 10_000;

    private final InstantSource clock;

    /// Immutable; replaced by operators, one at a time, and read by any.
    private volatile Map<String, Instant> revoked = Map.of();

    /// One at a time writes the file.
    private final Object writing = new Object();

    /// Written before the first use.
    private Optional<RevocationFile> file = Optional.empty();

    Revocations(InstantSource clock) {
        this.clock = clock;
    }

    /// Has them outlast the process. Before the first use.
    ///
    /// @throws IOException when what was kept cannot be read; the message says what to do
    void keepIn(Path path) throws IOException {
        RevocationFile kept = new RevocationFile(path);
        revoked = stillOfUse(kept.read());
        file = Optional.of(kept);
    }

    /// No token of these agents counts that was issued until now. Waits for nothing; [#keep] has it
    /// outlast a restart.
    synchronized void note(Collection<String> agents) {
        Map<String, Instant> all = new HashMap<>(revoked);
        agents.forEach(agent -> all.put(agent, clock.instant()));
        revoked = stillOfUse(all);
    }

    /// When a token is issued that this gateway issues now: in the second after the last revocation
    /// where that is this very second, so that whoever signs in at once is in.
    Instant issueTime(String agent) {
        Instant now = clock.instant();
        Instant at = revoked.get(agent);
        Instant next = at == null ? now : at.truncatedTo(ChronoUnit.SECONDS).plusSeconds(1);
        return now.isBefore(next) ? next : now;
    }

    /// Has what is revoked now outlast a restart.
    ///
    /// @return for the operator, why it does not; empty when it does, or when the configuration has
    ///   nothing kept
    Optional<String> keep() {
        synchronized (writing) {
            Map<String, Instant> now = revoked;
            try {
                file.ifPresent(f -> f.write(now));
                return Optional.empty();
            } catch (UncheckedIOException e) {
                LOG.error("revocations-not-kept because={}", e.toString());
                return Optional.of(
                        "the list of revocations cannot be written ("
                                + SafeText.of(String.valueOf(e.getCause()))
                                + "); once it can, the next revocation keeps this one too");
            }
        }
    }

    private Map<String, Instant> stillOfUse(Map<String, Instant> all) {
        Instant oldest = clock.instant().minus(KEPT);
        Map<String, Instant> found = new HashMap<>();
        all.entrySet().stream()
                .filter(each -> each.getValue().isAfter(oldest))
                .sorted(Map.Entry.<String, Instant>comparingByValue(Comparator.reverseOrder()))
                .limit(MOST)
                .forEach(each -> found.put(each.getKey(), each.getValue()));
        return Map.copyOf(found);
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
