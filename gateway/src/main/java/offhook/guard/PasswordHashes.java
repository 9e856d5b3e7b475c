package offhook.guard;

import at.favre.lib.crypto.bcrypt.BCrypt;
import java.nio.charset.StandardCharsets;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import offhook.runtime.Permits;

/// Checks passwords against the bcrypt hashes. An unknown name costs as much time as a wrong
/// password, so that names cannot be told apart by the clock. Safe for any thread.
public final class PasswordHashes {

    /// bcrypt takes no more of a password; longer ones are refused rather than cut.
    private static final int MAX_PASSWORD_BYTES = 71;

    private static final int DEFAULT_COST = 10;

    /// By cost, for names that nobody has: what they hide is that, so one is as good as another.
    private static final Map<Integer, String> DECOYS = new ConcurrentHashMap<>();

    private static final long WAIT_NANOS = 10_000_000_000L;

    private final Map<String, String> hashes;
    private final String decoyHash;
    private final Permits permits;

    /// @param hashes by name; a blank one fits no password
    public PasswordHashes(Map<String, String> hashes) {
        this.hashes = Map.copyOf(hashes);
        int cost =
                hashes.values().stream()
                        .mapToInt(PasswordHashes::cost)
                        .reduce(DEFAULT_COST, Math::max);
        this.decoyHash =
                DECOYS.computeIfAbsent(
                        cost,
                        dear -> BCrypt.withDefaults().hashToString(dear, "nobody's".toCharArray()));
        // Hashing is meant to be slow: never let it take all cores from calls.
        this.permits = new Permits(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
    }

    private static int cost(String hash) {
        boolean bcrypt = hash.matches("\\$2[abxy]\\$[0-9]{2}\\$.*");
        return bcrypt ? Math.min(16, Integer.parseInt(hash.substring(4, 6))) : 0;
    }

    /// What a check found.
    public enum Check {
        RIGHT,
        WRONG,
        /// Too many checks are waiting.
        OVERLOADED
    }

    /// Checks a password.
    public Check check(String name, String password) {
        if (!permits.acquire(WAIT_NANOS)) {
            return Check.OVERLOADED;
        }
        try {
            return matches(name, password) ? Check.RIGHT : Check.WRONG;
        } finally {
            permits.release();
        }
    }

    private boolean matches(String name, String password) {
        byte[] bytes = password.getBytes(StandardCharsets.UTF_8);
        boolean fits = bytes.length <= MAX_PASSWORD_BYTES;
        Optional<String> known =
                Optional.ofNullable(hashes.get(name)).filter(hash -> !hash.isBlank());
        String hash = known.orElse(decoyHash);
        BCrypt.Result result =
                BCrypt.verifyer()
                        .verify(
                                fits ? bytes : new byte[0],
                                hash.getBytes(StandardCharsets.US_ASCII));
        return result.verified && fits && known.isPresent();
    }
}
