package offhook.blackbox;

import java.io.ByteArrayOutputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.nio.ByteBuffer;
import java.time.Instant;

/// A capture file (libpcap, link type `LINKTYPE_RAW`) of packets of IPv4 (RFC 791) and IPv6 (RFC
/// 8200).
final class PcapFile {

    static final int UDP = 17;
    static final int TCP = 6;

    private static final int MAGIC = 0xa1b2c3d4;
    private static final int LINKTYPE_RAW = 101;
    private static final int SNAP_BYTES = 65_535;
    private static final int HOPS = 64;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(16_384);

    PcapFile() {
        out.writeBytes(
                ByteBuffer.allocate(24)
                        .putInt(MAGIC)
                        .putShort((short) 2)
                        .putShort((short) 4)
                        .putInt(0)
                        .putInt(0)
                        .putInt(SNAP_BYTES)
                        .putInt(LINKTYPE_RAW)
                        .array());
    }

    /// Adds a packet.
    ///
    /// @param segment of the transport, perhaps only its beginning
    /// @param missing bytes of it that are not there
    void add(
            Instant at,
            InetAddress from,
            InetAddress to,
            int protocol,
            byte[] segment,
            int missing) {
        byte[] packet = packet(from, to, protocol, segment, missing);
        out.writeBytes(
                ByteBuffer.allocate(16)
                        .putInt((int) at.getEpochSecond())
                        .putInt(at.getNano() / 1000)
                        .putInt(packet.length)
                        .putInt(packet.length + missing)
                        .array());
        out.writeBytes(packet);
    }

    byte[] bytes() {
        return out.toByteArray();
    }

    private static byte[] packet(
            InetAddress from, InetAddress to, int protocol, byte[] segment, int missing) {
        if (!(from instanceof Inet4Address)) {
            return ByteBuffer.allocate(40 + segment.length)
                    .putInt(6 << 28)
                    .putShort((short) (segment.length + missing))
                    .put((byte) protocol)
                    .put((byte) HOPS)
                    .put(from.getAddress())
                    .put(to.getAddress())
                    .put(segment)
                    .array();
        }
        byte[] header =
                ByteBuffer.allocate(20)
                        .putShort((short) 0x4500)
                        .putShort((short) (20 + segment.length + missing))
                        .putInt(0)
                        .put((byte) HOPS)
                        .put((byte) protocol)
                        .putShort((short) 0)
                        .put(from.getAddress())
                        .put(to.getAddress())
                        .array();
        ByteBuffer.wrap(header).putShort(10, checksum(header));
        return ByteBuffer.allocate(20 + segment.length).put(header).put(segment).array();
    }

    /// The ones' complement sum of RFC 1071.
    static short checksum(byte[] bytes) {
        int sum = 0;
        for (int i = 0; i < bytes.length; i += 2) {
            int low = i + 1 < bytes.length ? bytes[i + 1] & 0xff : 0;
            sum += ((bytes[i] & 0xff) << 8) | low;
        }
        while (sum >> 16 != 0) {
            sum = (sum & 0xffff) + (sum >> 16);
        }
        return (short) ~sum;
    }
}
