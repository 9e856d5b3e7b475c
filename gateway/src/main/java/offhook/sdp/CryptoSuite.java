package offhook.sdp;

import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A crypto suite of `a=crypto` (RFC 4568 §6.2, RFC 6188, RFC 7714 §14.2) that we speak. In the
/// order in which we offer them.
public enum CryptoSuite {
    AEAD_AES_128_GCM(16, 12),
    AES_CM_128_HMAC_SHA1_80(16, 14),
    AEAD_AES_256_GCM(32, 12),
    AES_256_CM_HMAC_SHA1_80(32, 14),

    /// Its tags of 32 bits are too short to offer; taken from who has nothing better.
    AES_CM_128_HMAC_SHA1_32(16, 14);

    /// What we offer.
    public static final List<CryptoSuite> OFFERED =
            List.of(
                    AEAD_AES_128_GCM,
                    AES_CM_128_HMAC_SHA1_80,
                    AEAD_AES_256_GCM,
                    AES_256_CM_HMAC_SHA1_80);

    private final int keyBytes;
    private final int saltBytes;

    CryptoSuite(int keyBytes, int saltBytes) {
        this.keyBytes = keyBytes;
        this.saltBytes = saltBytes;
    }

    /// Length of a master key.
    public int keyBytes() {
        return keyBytes;
    }

    /// Length of a master salt.
    public int saltBytes() {
        return saltBytes;
    }

    boolean isOffered() {
        return OFFERED.contains(this);
    }

    /// The suite of a name; empty: one that we do not speak.
    static Optional<CryptoSuite> named(String name) {
        return Arrays.stream(values()).filter(s -> s.name().equalsIgnoreCase(name)).findFirst();
    }
}
