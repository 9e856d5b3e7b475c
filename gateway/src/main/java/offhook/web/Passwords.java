package offhook.web;

import at.favre.lib.crypto.bcrypt.BCrypt;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import offhook.config.AgentsConfig;
import offhook.runtime.Permits;

/// Checks passwords against the bcrypt hashes of the configuration. An unknown name costs as much
/// time as a wrong password, so that names cannot be told apart by the clock. Safe for any thread.
final class Passwords {

    /// bcrypt takes no more of a password; longer ones are refused rather than cut.
    private static final int MAX_PASSWORD_BYTES = 71;

    private static final int DEFAULT_COST = 10;
    private static final long WAIT_NANOS = 10_000_000_000L;

    private final Map<String, AgentsConfig.User> users = new HashMap<>();
    private final String decoyHash;
    private final Permits permits;

    Passwords(AgentsConfig agents) {
        int cost = DEFAULT_COST;
        for (AgentsConfig.User user : agents.users()) {
            users.put(user.name(), user);
            cost = Math.max(cost, cost(user.passwordHash().value()));
        }
        this.decoyHash = BCrypt.withDefaults().hashToString(cost, "nobody's".toCharArray());
        // Hashing is meant to be slow: never let it take all cores from calls.
        this.permits = new Permits(Math.max(1, Runtime.getRuntime().availableProcessors() / 2));
    }

    private static int cost(String hash) {
        boolean bcrypt = hash.matches("\\$2[abxy]\\$[0-9]{2}\\$.*");
        return bcrypt ? Math.min(16, Integer.parseInt(hash.substring(4, 6))) : 0;
    }

    /// What a check found.
    enum Check {
        RIGHT,
        WRONG,
        /// Too many checks are waiting.
        OVERLOADED
    }

    /// Checks a password.
    Check check(String name, String password) {
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
        Optional<AgentsConfig.User> user = user(name);
        String hash =
                user.map(u -> u.passwordHash().value())
                        .filter(known -> !known.isBlank())
                        .orElse(decoyHash);
        BCrypt.Result result =
                BCrypt.verifyer()
                        .verify(
                                fits ? bytes : new byte[0],
                                hash.getBytes(StandardCharsets.US_ASCII));
        return result.verified && fits && user.isPresent();
    }

    /// The user of this name.
    Optional<AgentsConfig.User> user(String name) {
        return Optional.ofNullable(users.get(name));
    }
}
