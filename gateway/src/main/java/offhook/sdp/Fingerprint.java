package offhook.sdp;

import java.util.Locale;

/// The hash of a DTLS certificate: `a=fingerprint` (RFC 8122 §5).
///
/// @param hash hash function, lower case: `sha-256`
/// @param value upper-case hexadecimal bytes, joined by colons
public record Fingerprint(String hash, String value) {

    /// The one hash function that we take and give.
    public static final String SHA_256 = "sha-256";

    public Fingerprint {
        hash = hash.toLowerCase(Locale.ROOT);
        value = value.toUpperCase(Locale.ROOT);
    }
}
