package offhook.e2e.capture;

import java.nio.ByteBuffer;

/// A UDP datagram on the wire.
///
/// @param atNanos since the epoch, by the kernel's clock
/// @param payload read-only, from position 0
public record Datagram(long atNanos, int sourcePort, int destinationPort, ByteBuffer payload) {

    /// RTP or SRTP by its first byte (RFC 7983 §7), and not RTCP by its second (RFC 5761 §4).
    public boolean isRtp() {
        if (payload.limit() < 12 || (payload.get(0) & 0xC0) != 0x80) {
            return false;
        }
        int type = payload.get(1) & 0x7F;
        return type < 64 || type > 95;
    }
}
