package offhook.probe;

import java.nio.ByteBuffer;
import java.security.SecureRandom;

/// The RTP headers of one stream that goes out, and the reading of one that comes (RFC 3550 §5.1).
final class RtpStream {

    static final int HEADER_BYTES = 12;

    private static final int VERSION = 0x80;

    private final int payloadType;
    private final int ticks;
    private final int ssrc;
    private int number;
    private int timestamp;

    /// @param ticks of a packet's clock
    RtpStream(int payloadType, int ticks) {
        SecureRandom random = new SecureRandom();
        this.payloadType = payloadType;
        this.ticks = ticks;
        this.ssrc = random.nextInt();
        this.number = random.nextInt(1 << 15);
        this.timestamp = random.nextInt();
    }

    int ssrc() {
        return ssrc;
    }

    /// Writes the header of the next packet.
    void next(byte[] packet) {
        ByteBuffer.wrap(packet)
                .put((byte) VERSION)
                .put((byte) payloadType)
                .putShort((short) number++)
                .putInt(timestamp)
                .putInt(ssrc);
        timestamp += ticks;
    }

    /// Where the payload of a packet begins; -1 when it is none, or of another type.
    static int payloadAt(byte[] packet, int length, int payloadType) {
        if (length <= HEADER_BYTES
                || (packet[0] & 0xC0) != VERSION
                || (packet[1] & 0x7F) != payloadType) {
            return -1;
        }
        int at = HEADER_BYTES + 4 * (packet[0] & 0x0F);
        if ((packet[0] & 0x10) != 0 && at + 4 <= length) {
            at += 4 + 4 * (((packet[at + 2] & 0xFF) << 8) | (packet[at + 3] & 0xFF));
        }
        return at < length ? at : -1;
    }

    static int number(byte[] packet) {
        return ((packet[2] & 0xFF) << 8) | (packet[3] & 0xFF);
    }
}
