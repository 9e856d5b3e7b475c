package offhook.ice;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/// Reads a STUN message where it lies (RFC 8489 §5, §14). One object reads many messages, each by
/// [#read]; what it says holds until the next.
///
/// Only structure and FINGERPRINT are checked here: nothing a message says may be believed before
/// its MESSAGE-INTEGRITY is verified ([StunIntegrity]).
final class StunMessage {

    static final int HEADER_BYTES = 20;
    static final int MAGIC_COOKIE = 0x2112A442;

    static final int BINDING_REQUEST = 0x0001;
    static final int BINDING_INDICATION = 0x0011;
    static final int BINDING_SUCCESS = 0x0101;
    static final int BINDING_ERROR = 0x0111;

    static final int MAPPED_ADDRESS = 0x0001;
    static final int USERNAME = 0x0006;
    static final int MESSAGE_INTEGRITY = 0x0008;
    static final int ERROR_CODE = 0x0009;
    static final int UNKNOWN_ATTRIBUTES = 0x000A;
    static final int REALM = 0x0014;
    static final int NONCE = 0x0015;
    static final int XOR_MAPPED_ADDRESS = 0x0020;
    static final int PRIORITY = 0x0024;
    static final int USE_CANDIDATE = 0x0025;
    static final int FINGERPRINT = 0x8028;
    static final int ICE_CONTROLLED = 0x8029;
    static final int ICE_CONTROLLING = 0x802A;

    /// "STUN" (RFC 8489 §14.7).
    static final int FINGERPRINT_XOR = 0x5354554E;

    static final int INTEGRITY_BYTES = 20;

    /// Two fragments of at most 256 characters and the colon (RFC 8445 §5.3).
    static final int MAX_USERNAME_BYTES = 513;

    private static final int MAX_ATTRIBUTES = 32;
    private static final int MAX_UNKNOWN = 8;

    private static final VarHandle SHORT =
            MethodHandles.byteArrayViewVarHandle(short[].class, ByteOrder.BIG_ENDIAN);
    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private final CRC32 crc = new CRC32();
    private final int[] unknown = new int[MAX_UNKNOWN];
    private byte[] bytes = new byte[0];
    private int offset;
    private int unknownCount;
    private int usernameAt;
    private int usernameBytes;
    private int integrityAt;
    private boolean useCandidate;
    private boolean controlled;

    /// Reads a message.
    ///
    /// @return false when it is malformed; nothing may then be asked of it
    boolean read(byte[] bytes, int offset, int length) {
        if (!isStun(bytes, offset, length)) {
            return false;
        }
        this.bytes = bytes;
        this.offset = offset;
        unknownCount = 0;
        usernameAt = -1;
        usernameBytes = 0;
        integrityAt = -1;
        useCandidate = false;
        controlled = false;
        int at = offset + HEADER_BYTES;
        int end = offset + length;
        for (int count = 0; at < end; count++) {
            if (count == MAX_ATTRIBUTES) {
                return false;
            }
            // The length is a multiple of four, so a header always fits.
            int type = uint16(bytes, at);
            int valueBytes = uint16(bytes, at + 2);
            if (valueBytes > end - at - 4) {
                return false;
            }
            if (!attribute(type, at, valueBytes, end)) {
                return false;
            }
            at += 4 + ((valueBytes + 3) & ~3);
        }
        return true;
    }

    private boolean attribute(int type, int at, int valueBytes, int end) {
        if (type == FINGERPRINT) {
            return valueBytes == 4 && at + 8 == end && isFingerprint(at);
        }
        if (integrityAt >= 0) {
            // RFC 8489 §14.5: what follows MESSAGE-INTEGRITY is not protected and is ignored.
            return true;
        }
        switch (type) {
            case USERNAME -> {
                if (valueBytes > MAX_USERNAME_BYTES) {
                    return false;
                }
                if (usernameAt < 0) {
                    usernameAt = at + 4;
                    usernameBytes = valueBytes;
                }
            }
            case MESSAGE_INTEGRITY -> {
                if (valueBytes != INTEGRITY_BYTES) {
                    return false;
                }
                integrityAt = at;
            }
            case USE_CANDIDATE -> useCandidate = true;
            case ICE_CONTROLLED -> controlled = true;
            case MAPPED_ADDRESS,
                    ERROR_CODE,
                    UNKNOWN_ATTRIBUTES,
                    REALM,
                    NONCE,
                    XOR_MAPPED_ADDRESS,
                    PRIORITY -> {}
            default -> {
                // RFC 8489 §14: types below 0x8000 must be understood.
                if (type < 0x8000 && unknownCount < MAX_UNKNOWN) {
                    unknown[unknownCount++] = type;
                }
            }
        }
        return true;
    }

    private boolean isFingerprint(int at) {
        crc.reset();
        crc.update(bytes, offset, at - offset);
        return ((int) crc.getValue() ^ FINGERPRINT_XOR) == (int) INT.get(bytes, at + 4);
    }

    /// Whether a datagram has the shape of a STUN message: two zero bits, the magic cookie, and a
    /// length that is true and a multiple of four.
    static boolean isStun(byte[] bytes, int offset, int length) {
        return offset >= 0
                && length >= HEADER_BYTES
                && length <= bytes.length - offset
                && (length & 3) == 0
                && (bytes[offset] & 0xC0) == 0
                && uint16(bytes, offset + 2) == length - HEADER_BYTES
                && (int) INT.get(bytes, offset + 4) == MAGIC_COOKIE;
    }

    byte[] bytes() {
        return bytes;
    }

    /// Where the message begins in [#bytes].
    int offset() {
        return offset;
    }

    int type() {
        return uint16(bytes, offset);
    }

    boolean hasUsername() {
        return usernameAt >= 0;
    }

    /// Whether USERNAME is `local`, a colon and `remote` (RFC 8445 §7.2.2).
    boolean usernameIs(byte[] local, byte[] remote) {
        return localUfragIs(local)
                && usernameBytes == local.length + 1 + remote.length
                && matches(usernameAt + local.length + 1, remote);
    }

    /// Whether the part of USERNAME before the colon is `local`.
    boolean localUfragIs(byte[] local) {
        return usernameBytes > local.length
                && bytes[usernameAt + local.length] == ':'
                && matches(usernameAt, local);
    }

    private boolean matches(int at, byte[] text) {
        for (int i = 0; i < text.length; i++) {
            if (bytes[at + i] != text[i]) {
                return false;
            }
        }
        return true;
    }

    /// Where the MESSAGE-INTEGRITY attribute begins in [#bytes]; -1 without one.
    int integrityAt() {
        return integrityAt;
    }

    boolean hasUseCandidate() {
        return useCandidate;
    }

    /// Whether the peer takes the controlled role.
    boolean isControlled() {
        return controlled;
    }

    /// How many attributes must be understood and are not; at most 8 are kept.
    int unknownCount() {
        return unknownCount;
    }

    int unknown(int index) {
        return unknown[index];
    }

    /// The part of USERNAME before the colon, unverified; empty when there is none or it cannot be
    /// one of ours.
    static String localUfrag(byte[] bytes, int offset, int length) {
        if (!isStun(bytes, offset, length)) {
            return "";
        }
        int at = offset + HEADER_BYTES;
        int end = offset + length;
        for (int count = 0; at < end && count < MAX_ATTRIBUTES; count++) {
            int valueBytes = uint16(bytes, at + 2);
            if (valueBytes > end - at - 4) {
                return "";
            }
            if (uint16(bytes, at) == USERNAME) {
                boolean ours =
                        valueBytes > IceCredentials.UFRAG_CHARS
                                && valueBytes <= MAX_USERNAME_BYTES
                                && bytes[at + 4 + IceCredentials.UFRAG_CHARS] == ':'
                                && IceCredentials.loopOf((char) (bytes[at + 4] & 0xFF)) >= 0;
                return ours
                        ? new String(
                                bytes,
                                at + 4,
                                IceCredentials.UFRAG_CHARS,
                                StandardCharsets.ISO_8859_1)
                        : "";
            }
            at += 4 + ((valueBytes + 3) & ~3);
        }
        return "";
    }

    private static int uint16(byte[] bytes, int at) {
        return (short) SHORT.get(bytes, at) & 0xFFFF;
    }
}
