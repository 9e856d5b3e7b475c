package offhook.media;

import java.security.SecureRandom;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import offhook.sdp.Crypto;
import offhook.sdp.CryptoSuite;
import offhook.sdp.Encryption;

/// The keys that a trunk leg protects its packets with, one for each suite (RFC 4568 §6.1), under
/// the tags of our offers. On the leg's loop only.
final class TrunkKeys {

    private static final SecureRandom RANDOM = new SecureRandom();

    private final Encryption.Policy policy;
    private final Map<CryptoSuite, Crypto> keys = new EnumMap<>(CryptoSuite.class);

    TrunkKeys(Encryption.Policy policy) {
        this.policy = policy;
        if (policy != Encryption.Policy.OFF) {
            for (CryptoSuite suite : CryptoSuite.values()) {
                renew(suite);
            }
        }
    }

    /// A new key: the one before was used, and packet numbers may come again (RFC 3711 §9.1).
    void renew(CryptoSuite suite) {
        byte[] keySalt = new byte[suite.keyBytes() + suite.saltBytes()];
        RANDOM.nextBytes(keySalt);
        keys.put(suite, Crypto.of(suite.ordinal() + 1, suite, keySalt));
    }

    /// What our descriptions say.
    Encryption encryption() {
        return new Encryption(policy, List.copyOf(keys.values()));
    }
}
