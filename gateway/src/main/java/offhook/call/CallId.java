package offhook.call;

import java.security.SecureRandom;
import java.util.HexFormat;

/// Identity of one call, as logs, records and the agent protocol show it: 96 random bits in hex.
///
/// @param value 24 lower-case hex digits
public record CallId(String value) {

    private static final SecureRandom RANDOM = new SecureRandom();

    /// A new identity that cannot be guessed.
    public static CallId next() {
        byte[] bits = new byte[12];
        RANDOM.nextBytes(bits);
        return new CallId(HexFormat.of().formatHex(bits));
    }

    @Override
    public String toString() {
        return value;
    }
}
