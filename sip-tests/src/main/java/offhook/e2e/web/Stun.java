package offhook.e2e.web;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.concurrent.ThreadLocalRandom;
import java.util.zip.CRC32;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// STUN Binding requests, right or wrong as asked, and their responses (RFC 8489, RFC 8445 §7.1).
public final class Stun {
    private static final int COOKIE = 0x2112A442;
    private static final int HEADER_BYTES = 20;
    private static final int BINDING_REQUEST = 0x0001;
    private static final int BINDING_SUCCESS = 0x0101;
    private static final int USERNAME = 0x0006;
    private static final int MESSAGE_INTEGRITY = 0x0008;
    private static final int PRIORITY = 0x0024;
    private static final int USE_CANDIDATE = 0x0025;
    private static final int FINGERPRINT = 0x8028;
    private static final int ICE_CONTROLLING = 0x802A;
    private static final int HMAC_BYTES = 20;
    private static final int FINGERPRINT_XOR = 0x5354554E;
    private static final int HOST_PRIORITY = 0x7E0000FF;

    private Stun() {}

    /// How much of a request is right.
    public enum Flaw {
        NONE,
        NO_INTEGRITY,
        BAD_FINGERPRINT
    }

    /// A check that nominates.
    ///
    /// @param username `remote-ufrag:local-ufrag`
    /// @param password the receiver's
    public static byte[] check(String username, String password) {
        return check(username, password, Flaw.NONE);
    }

    /// The same with a flaw.
    public static byte[] check(String username, String password, Flaw flaw) {
        byte[] name = username.getBytes(StandardCharsets.UTF_8);
        ByteBuffer out = ByteBuffer.allocate(HEADER_BYTES + name.length + 128);
        byte[] transaction = new byte[12];
        ThreadLocalRandom.current().nextBytes(transaction);
        out.putShort((short) BINDING_REQUEST).putShort((short) 0).putInt(COOKIE).put(transaction);
        attribute(out, USERNAME, name);
        attribute(out, PRIORITY, ByteBuffer.allocate(4).putInt(HOST_PRIORITY).array());
        attribute(out, ICE_CONTROLLING, new byte[] {0x7F, 1, 2, 3, 4, 5, 6, 7});
        attribute(out, USE_CANDIDATE, new byte[0]);
        if (flaw != Flaw.NO_INTEGRITY) {
            setLength(out, 4 + HMAC_BYTES);
            attribute(out, MESSAGE_INTEGRITY, hmac(password, out));
        }
        setLength(out, 8);
        var crc = new CRC32();
        crc.update(out.duplicate().flip());
        int fingerprint = (int) crc.getValue() ^ FINGERPRINT_XOR;
        if (flaw == Flaw.BAD_FINGERPRINT) {
            fingerprint++;
        }
        attribute(out, FINGERPRINT, ByteBuffer.allocate(4).putInt(fingerprint).array());
        return Arrays.copyOf(out.array(), out.position());
    }

    private static void attribute(ByteBuffer out, int type, byte[] value) {
        out.putShort((short) type).putShort((short) value.length).put(value);
        while (out.position() % 4 != 0) {
            out.put((byte) 0);
        }
        setLength(out, 0);
    }

    /// The length counts what follows too, as far as it is covered (RFC 8489 §14.5).
    private static void setLength(ByteBuffer out, int ahead) {
        out.putShort(2, (short) (out.position() - HEADER_BYTES + ahead));
    }

    private static byte[] hmac(String password, ByteBuffer message) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(password.getBytes(StandardCharsets.UTF_8), "HmacSHA1"));
            mac.update(message.duplicate().flip());
            return mac.doFinal();
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Whether a message is a success response.
    ///
    /// @param password ours towards the responder: the one that the request was made with
    static boolean isSuccess(byte[] bytes, String password) {
        ByteBuffer message = ByteBuffer.wrap(bytes);
        if (message.limit() < HEADER_BYTES || message.getShort(0) != BINDING_SUCCESS) {
            return false;
        }
        int at = HEADER_BYTES;
        while (at + 4 <= message.limit()) {
            int type = message.getShort(at) & 0xFFFF;
            int length = message.getShort(at + 2) & 0xFFFF;
            if (type == MESSAGE_INTEGRITY && length == HMAC_BYTES && at + 24 <= message.limit()) {
                ByteBuffer covered = ByteBuffer.allocate(at);
                covered.put(bytes, 0, at);
                covered.putShort(2, (short) (at - HEADER_BYTES + 4 + HMAC_BYTES));
                byte[] tag = Arrays.copyOfRange(bytes, at + 4, at + 4 + HMAC_BYTES);
                return Arrays.equals(tag, hmac(password, covered));
            }
            at += 4 + (length + 3) / 4 * 4;
        }
        return false;
    }
}
