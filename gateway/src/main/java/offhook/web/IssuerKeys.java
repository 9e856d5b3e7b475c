package offhook.web;

import com.nimbusds.jose.JWSHeader;
import com.nimbusds.jose.jwk.JWK;
import com.nimbusds.jose.jwk.JWKMatcher;
import com.nimbusds.jose.jwk.JWKSet;
import com.nimbusds.jose.jwk.KeyType;
import com.nimbusds.jose.jwk.KeyUse;
import java.io.IOException;
import java.text.ParseException;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import offhook.runtime.NanoClock;
import offhook.runtime.Threads;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.jspecify.annotations.Nullable;

/// The public keys of an issuer (RFC 7517), kept in memory. They are read again from time to time
/// and when a token names a key that is not among them, which is how keys are changed; strangers
/// who make up names of keys cause one reading a minute. Keys that cannot be read again go on
/// counting: an issuer that is down locks nobody out.
///
/// Safe for any thread; whoever needs a reading waits for it, 4 s at most.
final class IssuerKeys implements AutoCloseable {

    private static final Logger LOG = LogManager.getLogger(IssuerKeys.class);

    static final long STALE_NANOS = TimeUnit.MINUTES.toNanos(10);
    static final long UNKNOWN_KEY_NANOS = TimeUnit.SECONDS.toNanos(60);
    static final long NO_KEYS_NANOS = TimeUnit.SECONDS.toNanos(5);

    /// RFC 7518 §3.3.
    private static final int MIN_RSA_BITS = 2_048;

    /// Tried for a token that names no key.
    private static final int MAX_CANDIDATES = 8;

    private final KeySource source;
    private final NanoClock clock;
    private final AtomicBoolean rereading = new AtomicBoolean();

    /// Written under this object's monitor, read by all.
    private volatile @Nullable Snapshot keys;

    // Under this object's monitor.
    private Optional<Long> attemptedNanos = Optional.empty();

    IssuerKeys(KeySource source, NanoClock clock) {
        this.source = source;
        this.clock = clock;
    }

    /// @param readNanos when they were read
    private record Snapshot(JWKSet set, long readNanos) {}

    /// The keys that may have signed a token; none when the issuer has no such key.
    ///
    /// @return empty when the issuer's keys were never read, and cannot be now
    Optional<List<JWK>> of(JWSHeader header) {
        Snapshot known = keys;
        if (known == null) {
            return read(NO_KEYS_NANOS).map(set -> candidates(set, header));
        }
        if (clock.nanoTime() - known.readNanos() >= STALE_NANOS) {
            readInBackground();
        }
        List<JWK> found = candidates(known.set(), header);
        return found.isEmpty()
                ? read(UNKNOWN_KEY_NANOS).map(set -> candidates(set, header))
                : Optional.of(found);
    }

    /// Reads the keys before the first token needs them.
    void readInBackground() {
        if (rereading.compareAndSet(false, true)) {
            Threads.virtual(
                            "jwks",
                            () -> {
                                try {
                                    Optional<JWKSet> _ = read(NO_KEYS_NANOS);
                                } finally {
                                    rereading.set(false);
                                }
                            })
                    .start();
        }
    }

    private static List<JWK> candidates(JWKSet set, JWSHeader header) {
        KeyType type = KeyType.forAlgorithm(header.getAlgorithm());
        JWKMatcher.Builder matcher =
                new JWKMatcher.Builder()
                        .keyType(type)
                        .keyUses(KeyUse.SIGNATURE, null)
                        .algorithms(header.getAlgorithm(), null);
        if (KeyType.RSA.equals(type)) {
            matcher.minKeySize(MIN_RSA_BITS);
        }
        if (header.getKeyID() != null) {
            matcher.keyID(header.getKeyID());
        }
        JWKMatcher wanted = matcher.build();
        return set.getKeys().stream().filter(wanted::matches).limit(MAX_CANDIDATES).toList();
    }

    /// Reads the keys, unless that was tried less than `gapNanos` ago.
    ///
    /// @return those that count from now on; empty when there are none
    private synchronized Optional<JWKSet> read(long gapNanos) {
        long now = clock.nanoTime();
        if (attemptedNanos.isEmpty() || now - attemptedNanos.get() >= gapNanos) {
            attemptedNanos = Optional.of(now);
            try {
                JWKSet set = JWKSet.parse(source.read()).toPublicJWKSet();
                keys = new Snapshot(set, now);
                LOG.info("issuer-keys read={}", set.size());
            } catch (IOException | ParseException e) {
                LOG.warn(
                        "issuer-keys cannot be read: {}",
                        SafeText.of(String.valueOf(e.getMessage())));
            } catch (InterruptedException _) {
                Thread.currentThread().interrupt();
            }
        }
        return Optional.ofNullable(keys).map(Snapshot::set);
    }

    @Override
    public void close() {
        source.close();
    }
}
