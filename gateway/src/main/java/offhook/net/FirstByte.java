package offhook.net;

/// What a datagram on a shared port is, told by its first byte (RFC 7983 §7), and RTP from RTCP by
/// its second (RFC 5761 §4). A datagram too short to be what its first byte says is unknown.
public enum FirstByte {
    /// First byte 0-3 (RFC 8489 §5), at least the 20 bytes of its header.
    STUN,
    /// First byte 16-19; never spoken here.
    ZRTP,
    /// First byte 20-63, at least the 13 bytes of a record header (RFC 6347 §4.1).
    DTLS,
    /// First byte 64-79, a TURN channel (RFC 8656 §12); never spoken here.
    TURN,
    /// First byte 128-191, at least the 12 bytes of a fixed header (RFC 3550 §5.1).
    RTP,
    /// As RTP, with a second byte of 192-223 and at least 8 bytes (RFC 3550 §6.4.2).
    RTCP,
    /// Anything else: to be dropped.
    UNKNOWN;

    private static final int STUN_HEADER_BYTES = 20;
    private static final int DTLS_HEADER_BYTES = 13;
    private static final int TURN_HEADER_BYTES = 4;
    private static final int ZRTP_HEADER_BYTES = 12;
    private static final int RTP_HEADER_BYTES = 12;
    private static final int RTCP_HEADER_BYTES = 8;

    /// Classifies the datagram of `length` bytes at `offset`.
    public static FirstByte classify(byte[] bytes, int offset, int length) {
        if (length < TURN_HEADER_BYTES) {
            return UNKNOWN;
        }
        int first = bytes[offset] & 0xff;
        if (first >= 128 && first <= 191) {
            int second = bytes[offset + 1] & 0xff;
            return second >= 192 && second <= 223
                    ? atLeast(RTCP_HEADER_BYTES, length, RTCP)
                    : atLeast(RTP_HEADER_BYTES, length, RTP);
        }
        if (first <= 3) {
            return atLeast(STUN_HEADER_BYTES, length, STUN);
        }
        if (first >= 16 && first <= 19) {
            return atLeast(ZRTP_HEADER_BYTES, length, ZRTP);
        }
        if (first >= 20 && first <= 63) {
            return atLeast(DTLS_HEADER_BYTES, length, DTLS);
        }
        if (first >= 64 && first <= 79) {
            return TURN;
        }
        return UNKNOWN;
    }

    /// Classifies the datagram in the buffer.
    public static FirstByte classify(PacketBuffer packet) {
        return classify(packet.bytes(), packet.offset(), packet.length());
    }

    private static FirstByte atLeast(int neededBytes, int length, FirstByte kind) {
        return length >= neededBytes ? kind : UNKNOWN;
    }
}
