package offhook.sip;

import java.net.InetAddress;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.function.Supplier;
import offhook.runtime.NanoClock;

/// Nonces that need no memory (RFC 7616 §3.3): each says when it was made and proves that it was
/// made here for one source address. Any thread.
///
/// ```text
/// milliseconds since the start (12 hex) | random (16 hex) | HMAC of both and the source (24 hex)
/// ```
final class DigestNonces {

    /// What a nonce that comes back is worth.
    enum Worth {
        /// It was given to this source within the last minute.
        FRESH,
        /// It was given to this source, longer ago.
        STALE,
        /// It was not given to this source.
        FOREIGN
    }

    static final long LIFE_NANOS = TimeUnit.SECONDS.toNanos(60);

    private static final int TIME_DIGITS = 12;
    private static final int RANDOM_DIGITS = 16;
    private static final int PROOF_DIGITS = 24;
    private static final int DIGITS = TIME_DIGITS + RANDOM_DIGITS + PROOF_DIGITS;

    private final NanoClock clock;
    private final Supplier<String> random;
    private final long startNanos;

    /// @param random at least 64 bits in hex that nobody can foretell
    DigestNonces(NanoClock clock, Supplier<String> random) {
        this.clock = clock;
        this.random = random;
        this.startNanos = clock.nanoTime();
    }

    /// A new nonce for a source.
    String next(InetAddress source) {
        String stem = HexFormat.of().toHexDigits(nowMillis(), TIME_DIGITS) + random.get();
        stem = stem.substring(0, TIME_DIGITS + RANDOM_DIGITS);
        return stem + proof(stem, source);
    }

    Worth worth(String nonce, InetAddress source) {
        if (nonce.length() != DIGITS) {
            return Worth.FOREIGN;
        }
        String stem = nonce.substring(0, TIME_DIGITS + RANDOM_DIGITS);
        String proof = nonce.substring(TIME_DIGITS + RANDOM_DIGITS);
        if (!Identifiers.equalInConstantTime(proof, proof(stem, source))) {
            return Worth.FOREIGN;
        }
        long ageMillis = nowMillis() - HexFormat.fromHexDigitsToLong(stem, 0, TIME_DIGITS);
        boolean fresh = ageMillis <= TimeUnit.NANOSECONDS.toMillis(LIFE_NANOS);
        return fresh ? Worth.FRESH : Worth.STALE;
    }

    private long nowMillis() {
        return TimeUnit.NANOSECONDS.toMillis(clock.nanoTime() - startNanos);
    }

    private static String proof(String stem, InetAddress source) {
        return Identifiers.keyed(List.of("nonce", stem, source.getHostAddress()));
    }
}
