package offhook.dtls;

import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Locale;
import java.util.Optional;

/// The SHA-256 fingerprint of a certificate (RFC 8122 §5). Other hash functions are refused.
public final class Fingerprint {

    /// The hash function, as descriptions name it.
    public static final String HASH = "sha-256";

    private static final int SHA_256_BYTES = 32;
    private static final int TEXT_CHARS = 3 * SHA_256_BYTES - 1;
    private static final HexFormat COLONS = HexFormat.ofDelimiter(":").withUpperCase();

    private final byte[] digest;

    private Fingerprint(byte[] digest) {
        this.digest = digest;
    }

    /// Reads the value of an `a=fingerprint` attribute, `sha-256 AB:CD:...`.
    ///
    /// @return empty when it is malformed or of another hash function
    public static Optional<Fingerprint> parse(String attribute) {
        String text = attribute.strip();
        int space = text.indexOf(' ');
        // RFC 8122 §5: the token of the hash function is case-insensitive.
        if (space < 0 || !text.substring(0, space).toLowerCase(Locale.ROOT).equals(HASH)) {
            return Optional.empty();
        }
        String hex = text.substring(space + 1).stripLeading();
        if (hex.length() != TEXT_CHARS) {
            return Optional.empty();
        }
        try {
            return Optional.of(new Fingerprint(COLONS.parseHex(hex)));
        } catch (IllegalArgumentException e) {
            return Optional.empty();
        }
    }

    /// The fingerprint of a DER certificate.
    static Fingerprint of(byte[] certificate) {
        try {
            return new Fingerprint(MessageDigest.getInstance("SHA-256").digest(certificate));
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("no SHA-256", e);
        }
    }

    /// As in an `a=fingerprint` attribute.
    @Override
    public String toString() {
        return HASH + " " + COLONS.formatHex(digest);
    }

    /// Compares in constant time.
    @Override
    public boolean equals(Object other) {
        return other instanceof Fingerprint that && MessageDigest.isEqual(digest, that.digest);
    }

    @Override
    public int hashCode() {
        return Arrays.hashCode(digest);
    }
}
