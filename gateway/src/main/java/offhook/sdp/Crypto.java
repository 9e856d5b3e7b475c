package offhook.sdp;

import java.util.Arrays;
import java.util.Base64;

/// A key of RTP and RTCP in one direction, as `a=crypto` tells it (RFC 4568 §6.1). Never printed.
///
/// @param tag by which an answer names what it takes of an offer
/// @param suite what the key is for
/// @param keySalt master key and master salt in Base64
public record Crypto(int tag, CryptoSuite suite, String keySalt) {

    public Crypto {
        if (Base64.getDecoder().decode(keySalt).length != suite.keyBytes() + suite.saltBytes()) {
            throw new IllegalArgumentException("wrong length of key and salt for " + suite);
        }
    }

    /// Of key and salt, one after the other.
    public static Crypto of(int tag, CryptoSuite suite, byte[] keyAndSalt) {
        return new Crypto(tag, suite, Base64.getEncoder().encodeToString(keyAndSalt));
    }

    /// The master key.
    public byte[] key() {
        return Arrays.copyOf(Base64.getDecoder().decode(keySalt), suite.keyBytes());
    }

    /// The master salt.
    public byte[] salt() {
        byte[] all = Base64.getDecoder().decode(keySalt);
        return Arrays.copyOfRange(all, suite.keyBytes(), all.length);
    }

    /// Whether it is the same key, under whatever tag.
    public boolean sameKey(Crypto other) {
        return suite == other.suite && keySalt.equals(other.keySalt);
    }

    Crypto withTag(int newTag) {
        return new Crypto(newTag, suite, keySalt);
    }

    /// The attribute's value.
    String value() {
        return tag + " " + suite + " inline:" + keySalt;
    }

    /// Tag and suite only.
    @Override
    public String toString() {
        return "Crypto[" + tag + " " + suite + ", redacted]";
    }
}
