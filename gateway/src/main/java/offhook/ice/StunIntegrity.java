package offhook.ice;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import javax.crypto.Mac;
import javax.crypto.ShortBufferException;
import javax.crypto.spec.SecretKeySpec;

/// MESSAGE-INTEGRITY with short-term credentials (RFC 8489 §14.5, §9.1): HMAC-SHA1 under the
/// password. Owned by the agent of its password.
final class StunIntegrity {

    private final Mac mac;
    private final byte[] computed = new byte[StunMessage.INTEGRITY_BYTES];
    private final byte[] received = new byte[StunMessage.INTEGRITY_BYTES];
    private final byte[] lengthField = new byte[2];

    StunIntegrity(String password) {
        try {
            mac = Mac.getInstance("HmacSHA1");
            // OpaqueString of an ice-pwd is the text itself: ice-chars are ASCII.
            mac.init(
                    new SecretKeySpec(
                            password.getBytes(StandardCharsets.UTF_8), mac.getAlgorithm()));
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no HMAC-SHA1", e);
        }
    }

    /// Whether a message carries a MESSAGE-INTEGRITY made with our password; in constant time.
    boolean verify(StunMessage message) {
        int at = message.integrityAt();
        if (at < 0) {
            return false;
        }
        compute(message.bytes(), message.offset(), at);
        System.arraycopy(message.bytes(), at + 4, received, 0, received.length);
        return MessageDigest.isEqual(computed, received);
    }

    /// Writes the value of the MESSAGE-INTEGRITY attribute that begins at `at`.
    void sign(byte[] bytes, int offset, int at) {
        compute(bytes, offset, at);
        System.arraycopy(computed, 0, bytes, at + 4, computed.length);
    }

    /// The HMAC covers what precedes the attribute, with a length field that ends behind it: later
    /// attributes do not count.
    private void compute(byte[] bytes, int offset, int at) {
        int length = at - offset - StunMessage.HEADER_BYTES + 4 + StunMessage.INTEGRITY_BYTES;
        lengthField[0] = (byte) (length >> 8);
        lengthField[1] = (byte) length;
        mac.update(bytes, offset, 2);
        mac.update(lengthField);
        mac.update(bytes, offset + 4, at - offset - 4);
        try {
            mac.doFinal(computed, 0);
        } catch (ShortBufferException e) {
            throw new IllegalStateException("HMAC-SHA1 is 20 bytes", e);
        }
    }
}
