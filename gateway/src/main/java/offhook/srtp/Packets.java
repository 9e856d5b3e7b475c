package offhook.srtp;

import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/// The little that must be right in a packet before jitsi-srtp may read it: lengths within bounds
/// (RFC 3550 §5.1, §6.4).
final class Packets {

    static final int RTP_HEADER_BYTES = 12;

    /// Common header and sender SSRC, which SRTCP leaves in the clear.
    static final int RTCP_HEADER_BYTES = 8;

    private static final VarHandle INT =
            MethodHandles.byteArrayViewVarHandle(int[].class, ByteOrder.BIG_ENDIAN);

    private Packets() {}

    /// Whether fixed header, CSRC list and header extension lie inside the packet.
    static boolean isRtp(byte[] bytes, int offset, int length) {
        if (length < RTP_HEADER_BYTES || (bytes[offset] & 0xC0) != 0x80) {
            return false;
        }
        int header = RTP_HEADER_BYTES + 4 * (bytes[offset] & 0x0F);
        if ((bytes[offset] & 0x10) != 0) {
            if (length < header + 4) {
                return false;
            }
            header += 4 + 4 * ((int) INT.get(bytes, offset + header) & 0xFFFF);
        }
        return length >= header;
    }

    static boolean isRtcp(byte[] bytes, int offset, int length) {
        return length >= RTCP_HEADER_BYTES && (bytes[offset] & 0xC0) == 0x80;
    }

    static int ssrcOfRtp(byte[] bytes, int offset) {
        return (int) INT.get(bytes, offset + 8);
    }

    static int ssrcOfRtcp(byte[] bytes, int offset) {
        return (int) INT.get(bytes, offset + 4);
    }
}
