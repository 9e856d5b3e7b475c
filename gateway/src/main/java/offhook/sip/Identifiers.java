package offhook.sip;

import java.security.SecureRandom;
import java.util.HexFormat;

/// Tags, branches and Call-IDs: 128 random bits in hex, so that knowing one tells nothing of the
/// next (RFC 3261 §19.3 asks for 32 bits at least, and for randomness).
final class Identifiers {

    private static final SecureRandom RANDOM = new SecureRandom();

    private Identifiers() {}

    static String next() {
        byte[] bits = new byte[16];
        RANDOM.nextBytes(bits);
        return HexFormat.of().formatHex(bits);
    }

    /// A branch as RFC 3261 §8.1.1.7 wants it.
    static String nextBranch() {
        return ViaField.MAGIC_COOKIE + next();
    }
}
