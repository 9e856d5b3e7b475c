package offhook.ice;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.zip.CRC32;

/// Writes the response to a Binding request (RFC 8489 §6.3.1.1), signed and with FINGERPRINT. One
/// object writes many, each over the last.
final class StunResponse {

    /// Longer than the longest: an error that names 8 unknown attributes.
    private static final int MAX_BYTES = 160;

    private final byte[] bytes = new byte[MAX_BYTES];
    private final CRC32 crc = new CRC32();
    private int length;

    byte[] bytes() {
        return bytes;
    }

    int length() {
        return length;
    }

    /// Success: the address we saw the request come from.
    void success(StunMessage request, InetSocketAddress source, StunIntegrity integrity) {
        begin(request, StunMessage.BINDING_SUCCESS);
        xorMappedAddress(source);
        end(integrity);
    }

    /// 487 Role Conflict (RFC 8445 §7.3.1.1).
    void roleConflict(StunMessage request, StunIntegrity integrity) {
        begin(request, StunMessage.BINDING_ERROR);
        errorCode(487, "Role Conflict");
        end(integrity);
    }

    /// 420 Unknown Attribute (RFC 8489 §6.3.1, §14.13).
    void unknownAttributes(StunMessage request, StunIntegrity integrity) {
        begin(request, StunMessage.BINDING_ERROR);
        errorCode(420, "Unknown Attribute");
        attribute(StunMessage.UNKNOWN_ATTRIBUTES, 2 * request.unknownCount());
        for (int i = 0; i < request.unknownCount(); i++) {
            put16(request.unknown(i));
        }
        pad();
        end(integrity);
    }

    private void begin(StunMessage request, int type) {
        length = 0;
        put16(type);
        put16(0);
        // Cookie and transaction id are the request's.
        System.arraycopy(
                request.bytes(), request.offset() + 4, bytes, 4, StunMessage.HEADER_BYTES - 4);
        length = StunMessage.HEADER_BYTES;
    }

    /// RFC 8489 §14.2: port and address are XORed with cookie and transaction id.
    private void xorMappedAddress(InetSocketAddress source) {
        InetAddress ip = source.getAddress();
        if (ip == null) {
            throw new IllegalArgumentException("a datagram's source is resolved");
        }
        byte[] address = ip.getAddress();
        attribute(StunMessage.XOR_MAPPED_ADDRESS, 4 + address.length);
        put16(address.length == 4 ? 1 : 2);
        put16(source.getPort() ^ (StunMessage.MAGIC_COOKIE >>> 16));
        for (int i = 0; i < address.length; i++) {
            bytes[length++] = (byte) (address[i] ^ bytes[4 + i]);
        }
    }

    /// RFC 8489 §14.8.
    private void errorCode(int code, String reason) {
        byte[] text = reason.getBytes(StandardCharsets.UTF_8);
        attribute(StunMessage.ERROR_CODE, 4 + text.length);
        put16(0);
        put16((code / 100) << 8 | code % 100);
        System.arraycopy(text, 0, bytes, length, text.length);
        length += text.length;
        pad();
    }

    private void end(StunIntegrity integrity) {
        int at = length;
        attribute(StunMessage.MESSAGE_INTEGRITY, StunMessage.INTEGRITY_BYTES);
        length += StunMessage.INTEGRITY_BYTES;
        integrity.sign(bytes, 0, at);
        int total = length + 8 - StunMessage.HEADER_BYTES;
        bytes[2] = (byte) (total >> 8);
        bytes[3] = (byte) total;
        crc.reset();
        crc.update(bytes, 0, length);
        int fingerprint = (int) crc.getValue() ^ StunMessage.FINGERPRINT_XOR;
        attribute(StunMessage.FINGERPRINT, 4);
        put16(fingerprint >>> 16);
        put16(fingerprint);
    }

    private void attribute(int type, int valueBytes) {
        put16(type);
        put16(valueBytes);
    }

    private void put16(int value) {
        bytes[length++] = (byte) (value >> 8);
        bytes[length++] = (byte) value;
    }

    private void pad() {
        while ((length & 3) != 0) {
            bytes[length++] = 0;
        }
    }
}
