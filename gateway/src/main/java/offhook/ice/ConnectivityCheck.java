package offhook.ice;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.zip.CRC32;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;

/// A check as a controlling agent sends it to us (RFC 8445 §7.1), that nominates at once, and the
/// judgement of the response. For who tries us out from within.
public final class ConnectivityCheck {

    /// Of a host candidate (RFC 8445 §5.1.2.1).
    private static final int PRIORITY = 0x7E0000FF;

    private static final int CAPACITY_BYTES = 256;
    private static final SecureRandom RANDOM = new SecureRandom();

    private final byte[] username;
    private final byte[] password;
    private final byte[] transaction = new byte[12];

    /// @param theirs credentials of the agent that is checked
    /// @param ownUfrag fragment of the one that checks
    public ConnectivityCheck(IceCredentials theirs, String ownUfrag) {
        this.username = (theirs.ufrag() + ":" + ownUfrag).getBytes(StandardCharsets.UTF_8);
        this.password = theirs.password().getBytes(StandardCharsets.UTF_8);
        RANDOM.nextBytes(transaction);
    }

    /// The request; each time the same transaction.
    public byte[] request() {
        ByteBuffer out = ByteBuffer.allocate(CAPACITY_BYTES);
        out.putShort((short) StunMessage.BINDING_REQUEST)
                .putShort((short) 0)
                .putInt(StunMessage.MAGIC_COOKIE)
                .put(transaction);
        attribute(out, StunMessage.USERNAME, username);
        attribute(out, StunMessage.PRIORITY, ByteBuffer.allocate(4).putInt(PRIORITY).array());
        attribute(out, StunMessage.ICE_CONTROLLING, Arrays.copyOf(transaction, Long.BYTES));
        attribute(out, StunMessage.USE_CANDIDATE, new byte[0]);
        lengthAhead(out, 4 + StunMessage.INTEGRITY_BYTES);
        attribute(
                out,
                StunMessage.MESSAGE_INTEGRITY,
                hmac(Arrays.copyOf(out.array(), out.position())));
        lengthAhead(out, 8);
        CRC32 crc = new CRC32();
        crc.update(out.array(), 0, out.position());
        attribute(
                out,
                StunMessage.FINGERPRINT,
                ByteBuffer.allocate(4)
                        .putInt((int) crc.getValue() ^ StunMessage.FINGERPRINT_XOR)
                        .array());
        return Arrays.copyOf(out.array(), out.position());
    }

    /// Whether a datagram is the success response, signed by who knows the password.
    public boolean isAnsweredBy(byte[] bytes, int length) {
        StunMessage message = new StunMessage();
        if (!message.read(bytes, 0, length)
                || message.type() != StunMessage.BINDING_SUCCESS
                || message.integrityAt() < 0
                || !Arrays.equals(
                        transaction, Arrays.copyOfRange(bytes, 8, StunMessage.HEADER_BYTES))) {
            return false;
        }
        int at = message.integrityAt();
        ByteBuffer covered = ByteBuffer.allocate(at);
        covered.put(bytes, 0, at);
        lengthAhead(covered, 4 + StunMessage.INTEGRITY_BYTES);
        byte[] signature = Arrays.copyOfRange(bytes, at + 4, at + 4 + StunMessage.INTEGRITY_BYTES);
        return MessageDigest.isEqual(hmac(covered.array()), signature);
    }

    private static void attribute(ByteBuffer out, int type, byte[] value) {
        out.putShort((short) type).putShort((short) value.length).put(value);
        while ((out.position() & 3) != 0) {
            out.put((byte) 0);
        }
        lengthAhead(out, 0);
    }

    /// RFC 8489 §14.5: the length counts what follows, as far as it is covered.
    private static void lengthAhead(ByteBuffer out, int bytes) {
        out.putShort(2, (short) (out.position() - StunMessage.HEADER_BYTES + bytes));
    }

    private byte[] hmac(byte[] covered) {
        try {
            Mac mac = Mac.getInstance("HmacSHA1");
            mac.init(new SecretKeySpec(password, "HmacSHA1"));
            return mac.doFinal(covered);
        } catch (GeneralSecurityException e) {
            throw new IllegalStateException("no HMAC-SHA1", e);
        }
    }
}
