package offhook.rtp;

import offhook.net.PacketBuffer;

/// An RTP packet in place (RFC 3550 §5.1): wrap, check the result, then read. One is reused for all
/// packets of a loop.
public final class RtpPacket {

    /// Whether the bytes are an RTP packet, and if not, why.
    public enum Validity {
        /// All lengths fit.
        VALID,
        /// Less than a fixed header.
        SHORT,
        /// Not version 2.
        VERSION,
        /// The CSRC list goes past the end.
        CSRC,
        /// The header extension goes past the end.
        EXTENSION,
        /// The padding is longer than what follows the headers, or 0.
        PADDING
    }

    /// Bytes of the fixed header.
    public static final int HEADER_BYTES = 12;

    /// What [#findExtension(int)] returns when there is none.
    public static final int ABSENT = -1;

    private static final int ONE_BYTE_PROFILE = 0xbede;
    private static final byte[] NONE = new byte[HEADER_BYTES];

    private byte[] bytes = NONE;
    private int start;
    private int payloadOffset = HEADER_BYTES;
    private int payloadLength;
    private int extensionOffset;
    private int extensionLength;

    /// Looks at the packet in the buffer.
    public Validity wrap(PacketBuffer packet) {
        return wrap(packet.bytes(), packet.offset(), packet.length());
    }

    /// Looks at `length` bytes from `offset`; unless VALID is returned, nothing may be read.
    public Validity wrap(byte[] packet, int offset, int length) {
        if (length < HEADER_BYTES) {
            return Validity.SHORT;
        }
        int first = packet[offset];
        if ((first & 0xc0) != 0x80) {
            return Validity.VERSION;
        }
        int headers = HEADER_BYTES + 4 * (first & 0x0f);
        if (headers > length) {
            return Validity.CSRC;
        }
        int extensionAt = 0;
        int extensionBytes = 0;
        if ((first & 0x10) != 0) {
            if (headers + 4 > length) {
                return Validity.EXTENSION;
            }
            extensionBytes = 4 * Wire.u16(packet, offset + headers + 2);
            boolean oneByte = Wire.u16(packet, offset + headers) == ONE_BYTE_PROFILE;
            extensionAt = offset + headers + 4;
            headers += 4 + extensionBytes;
            if (headers > length) {
                return Validity.EXTENSION;
            }
            if (!oneByte) {
                extensionBytes = 0;
            }
        }
        int padding = 0;
        if ((first & 0x20) != 0) {
            padding = length == headers ? 0 : packet[offset + length - 1] & 0xff;
            if (padding == 0 || padding > length - headers) {
                return Validity.PADDING;
            }
        }
        bytes = packet;
        start = offset;
        extensionOffset = extensionAt;
        extensionLength = extensionBytes;
        payloadOffset = offset + headers;
        payloadLength = length - headers - padding;
        return Validity.VALID;
    }

    /// The payload type, 0-127.
    public int payloadType() {
        return bytes[start + 1] & 0x7f;
    }

    /// The marker bit.
    public boolean marker() {
        return (bytes[start + 1] & 0x80) != 0;
    }

    /// The sequence number, 0-65535.
    public int sequence() {
        return Wire.u16(bytes, start + 2);
    }

    /// The RTP timestamp, 0 to 2^32-1.
    public long timestamp() {
        return Wire.u32(bytes, start + 4);
    }

    /// The 32 bits of the synchronisation source.
    public int ssrc() {
        return Wire.i32(bytes, start + 8);
    }

    /// The array that the packet lies in.
    public byte[] bytes() {
        return bytes;
    }

    /// Where the payload begins in that array.
    public int payloadOffset() {
        return payloadOffset;
    }

    /// Bytes of the payload, padding not counted.
    public int payloadLength() {
        return payloadLength;
    }

    /// Where the data of the one-byte header extension element `id` (1-14) begins (RFC 8285 §4.2),
    /// or [#ABSENT].
    public int findExtension(int id) {
        int at = extensionOffset;
        int end = extensionOffset + extensionLength;
        while (at < end) {
            int header = bytes[at] & 0xff;
            if (header == 0) {
                at++;
                continue;
            }
            int elementId = header >> 4;
            int dataBytes = (header & 0x0f) + 1;
            // RFC 8285 §4.2: at id 15 a reader stops.
            if (elementId == 15 || at + 1 + dataBytes > end) {
                return ABSENT;
            }
            if (elementId == id) {
                return at + 1;
            }
            at += 1 + dataBytes;
        }
        return ABSENT;
    }

    /// Bytes of the element whose data begins at `dataOffset`, as found.
    public int extensionLength(int dataOffset) {
        return (bytes[dataOffset - 1] & 0x0f) + 1;
    }

    /// The audio level of RFC 6464 in element `id`: 0 (overload) to 127 (silence) in -dBov, or
    /// [#ABSENT].
    public int audioLevel(int id) {
        int at = findExtension(id);
        return at == ABSENT ? ABSENT : bytes[at] & 0x7f;
    }

    /// Writes a fixed header of 12 bytes.
    public static void writeHeader(
            byte[] to,
            int offset,
            int payloadType,
            boolean marker,
            int sequence,
            long timestamp,
            int ssrc) {
        to[offset] = (byte) 0x80;
        to[offset + 1] = (byte) ((marker ? 0x80 : 0) | (payloadType & 0x7f));
        Wire.put16(to, offset + 2, sequence);
        Wire.put32(to, offset + 4, (int) timestamp);
        Wire.put32(to, offset + 8, ssrc);
    }
}
