package offhook.rtp;

import offhook.net.PacketBuffer;

/// A compound RTCP packet in place (RFC 3550 §6.1): wrap, then [#next()] from part to part. What a
/// part's accessors say is bounded by that part. Reused.
public final class RtcpPacket {

    /// The kinds of parts that are told apart.
    public enum Kind {
        /// RFC 3550 §6.4.1.
        SENDER_REPORT,
        /// RFC 3550 §6.4.2.
        RECEIVER_REPORT,
        /// RFC 3550 §6.5.
        SOURCE_DESCRIPTION,
        /// RFC 3550 §6.6. Nothing ends by a BYE alone: anybody could have sent it.
        BYE,
        /// RFC 3611 §2.
        EXTENDED_REPORT,
        /// Feedback, application packets; also reports too short for their type.
        OTHER
    }

    private static final int HEADER_BYTES = 4;
    private static final int SENDER_INFO_BYTES = 20;
    private static final byte[] NONE = new byte[0];

    private byte[] bytes = NONE;
    private int end;
    private int nextPart;
    private int part;
    private int partBytes;
    private Kind kind = Kind.OTHER;

    /// Looks at the packet in the buffer.
    public boolean wrap(PacketBuffer packet) {
        return wrap(packet.bytes(), packet.offset(), packet.length());
    }

    /// Looks at `length` bytes from `offset`; false if they are not a compound packet: a wrong
    /// version, lengths that do not add up, padding elsewhere than in the last part (RFC 3550 A.2).
    /// A packet that begins with feedback is taken too (RFC 5506).
    public boolean wrap(byte[] packet, int offset, int length) {
        bytes = NONE;
        end = 0;
        nextPart = 0;
        if (length < HEADER_BYTES || (length & 3) != 0) {
            return false;
        }
        int limit = offset + length;
        int at = offset;
        while (at < limit) {
            if (limit - at < HEADER_BYTES || (packet[at] & 0xc0) != 0x80) {
                return false;
            }
            int size = 4 + 4 * Wire.u16(packet, at + 2);
            if (size > limit - at) {
                return false;
            }
            boolean padded = (packet[at] & 0x20) != 0;
            if (padded && (at + size != limit || !paddingFits(packet, limit, size))) {
                return false;
            }
            at += size;
        }
        bytes = packet;
        end = limit;
        nextPart = offset;
        return true;
    }

    private static boolean paddingFits(byte[] packet, int limit, int size) {
        int padding = packet[limit - 1] & 0xff;
        return padding != 0 && (padding & 3) == 0 && padding <= size - HEADER_BYTES;
    }

    /// Goes to the next part; false when there is none.
    public boolean next() {
        if (nextPart >= end) {
            return false;
        }
        part = nextPart;
        partBytes = 4 + 4 * Wire.u16(bytes, part + 2);
        nextPart += partBytes;
        if ((bytes[part] & 0x20) != 0) {
            partBytes -= bytes[end - 1] & 0xff;
        }
        kind = kindOf(bytes[part + 1] & 0xff);
        return true;
    }

    private Kind kindOf(int type) {
        int blocks = itemCount() * ReportBlock.LENGTH_BYTES;
        return switch (type) {
            case 200 -> ifFits(Kind.SENDER_REPORT, 8 + SENDER_INFO_BYTES + blocks);
            case 201 -> ifFits(Kind.RECEIVER_REPORT, 8 + blocks);
            case 202 -> Kind.SOURCE_DESCRIPTION;
            case 203 -> ifFits(Kind.BYE, HEADER_BYTES + 4 * itemCount());
            case 207 -> ifFits(Kind.EXTENDED_REPORT, 8);
            default -> Kind.OTHER;
        };
    }

    private Kind ifFits(Kind wanted, int neededBytes) {
        return partBytes >= neededBytes ? wanted : Kind.OTHER;
    }

    /// What the part is.
    public Kind kind() {
        return kind;
    }

    /// The packet type of the part, 0-255.
    public int type() {
        return bytes[part + 1] & 0xff;
    }

    /// The 5 bits of count or feedback format.
    public int itemCount() {
        return bytes[part] & 0x1f;
    }

    /// The SSRC of the part's sender; 0 in a part without one.
    public int ssrc() {
        return partBytes >= 8 ? Wire.i32(bytes, part + 4) : 0;
    }

    byte[] bytes() {
        return bytes;
    }

    /// Where the part begins in [#bytes].
    int partStart() {
        return part;
    }

    /// Where the part ends, without padding.
    int partEnd() {
        return part + partBytes;
    }

    /// The NTP timestamp of a sender report.
    public long ntpTimestamp() {
        return Wire.i64(bytes, senderInfo());
    }

    /// The RTP timestamp of a sender report, 0 to 2^32-1.
    public long rtpTimestamp() {
        return Wire.u32(bytes, senderInfo() + 8);
    }

    /// The packets that a sender report counts.
    public long packetCount() {
        return Wire.u32(bytes, senderInfo() + 12);
    }

    /// The octets that a sender report counts.
    public long octetCount() {
        return Wire.u32(bytes, senderInfo() + 16);
    }

    private int senderInfo() {
        if (kind != Kind.SENDER_REPORT) {
            throw new IllegalStateException(kind + " has no sender information");
        }
        return part + 8;
    }

    /// Report blocks of the part; 0 in a part that is no report.
    public int reportCount() {
        return kind == Kind.SENDER_REPORT || kind == Kind.RECEIVER_REPORT ? itemCount() : 0;
    }

    /// Reads report block `index` of the part.
    public void report(int index, ReportBlock into) {
        if (index < 0 || index >= reportCount()) {
            throw new IndexOutOfBoundsException(index);
        }
        int first = kind == Kind.SENDER_REPORT ? 8 + SENDER_INFO_BYTES : 8;
        into.read(bytes, part + first + index * ReportBlock.LENGTH_BYTES);
    }
}
