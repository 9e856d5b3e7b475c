package offhook.blackbox;

import java.io.ByteArrayOutputStream;
import java.net.Inet4Address;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import offhook.trace.Passed;
import offhook.trace.Recorded;

/// The SIP messages of a call as a capture file (libpcap, link type `LINKTYPE_RAW`): each message
/// one packet of UDP (RFC 768) or TCP (RFC 9293) between the addresses it passed between. What was
/// inside of TLS or a WebSocket stands there as if it had been plain TCP.
final class PacketCapture {

    private static final int MAGIC = 0xa1b2c3d4;
    private static final int LINKTYPE_RAW = 101;
    private static final int SNAP_BYTES = 65_535;

    private static final int UDP = 17;
    private static final int TCP = 6;
    private static final int UDP_HEADER_BYTES = 8;
    private static final int TCP_HEADER_BYTES = 20;
    private static final int HOPS = 64;
    private static final short PUSH_AND_ACK = 0x18;
    private static final int WINDOW = 0xffff;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream(16_384);

    /// What each end of a connection has sent so far, by its address and its peer's.
    private final Map<List<InetSocketAddress>, Integer> sequences = new HashMap<>();

    private PacketCapture() {}

    static byte[] of(List<Recorded> messages) {
        PacketCapture capture = new PacketCapture();
        capture.out.writeBytes(
                ByteBuffer.allocate(24)
                        .putInt(MAGIC)
                        .putShort((short) 2)
                        .putShort((short) 4)
                        .putInt(0)
                        .putInt(0)
                        .putInt(SNAP_BYTES)
                        .putInt(LINKTYPE_RAW)
                        .array());
        messages.stream()
                .filter(message -> message.kind() == Passed.Kind.SIP)
                .filter(message -> message.local().getAddress() != null)
                .filter(message -> message.remote().getAddress() != null)
                .forEach(capture::add);
        return capture.out.toByteArray();
    }

    private void add(Recorded message) {
        InetSocketAddress from = message.sent() ? message.local() : message.remote();
        InetSocketAddress to = message.sent() ? message.remote() : message.local();
        Instant at = message.at();
        boolean udp = message.transport().equals("udp");
        byte[] payload = message.bytes();
        byte[] segment = udp ? udp(from, to, payload) : tcp(from, to, payload);
        byte[] packet = packet(from.getAddress(), to.getAddress(), udp ? UDP : TCP, segment);
        out.writeBytes(
                ByteBuffer.allocate(16)
                        .putInt((int) at.getEpochSecond())
                        .putInt(at.getNano() / 1000)
                        .putInt(packet.length)
                        .putInt(packet.length)
                        .array());
        out.writeBytes(packet);
    }

    private static byte[] udp(InetSocketAddress from, InetSocketAddress to, byte[] payload) {
        byte[] datagram =
                ByteBuffer.allocate(UDP_HEADER_BYTES + payload.length)
                        .putShort((short) from.getPort())
                        .putShort((short) to.getPort())
                        .putShort((short) (UDP_HEADER_BYTES + payload.length))
                        .putShort((short) 0)
                        .put(payload)
                        .array();
        return sealed(datagram, 6, from, to, UDP);
    }

    private byte[] tcp(InetSocketAddress from, InetSocketAddress to, byte[] payload) {
        int sequence = sequences.getOrDefault(List.of(from, to), 1);
        int acknowledged = sequences.getOrDefault(List.of(to, from), 1);
        sequences.put(List.of(from, to), sequence + payload.length);
        byte[] segment =
                ByteBuffer.allocate(TCP_HEADER_BYTES + payload.length)
                        .putShort((short) from.getPort())
                        .putShort((short) to.getPort())
                        .putInt(sequence)
                        .putInt(acknowledged)
                        .putShort((short) (((TCP_HEADER_BYTES / 4) << 12) | PUSH_AND_ACK))
                        .putShort((short) WINDOW)
                        .putInt(0)
                        .put(payload)
                        .array();
        return sealed(segment, 16, from, to, TCP);
    }

    /// Sets the checksum, which covers the addresses too (RFC 9293 §3.1, RFC 8200 §8.1).
    private static byte[] sealed(
            byte[] segment,
            int checksumAt,
            InetSocketAddress from,
            InetSocketAddress to,
            int protocol) {
        byte[] source = from.getAddress().getAddress();
        byte[] destination = to.getAddress().getAddress();
        byte[] covered =
                ByteBuffer.allocate(source.length + destination.length + 8 + segment.length)
                        .put(source)
                        .put(destination)
                        .putInt(segment.length)
                        .putInt(protocol)
                        .put(segment)
                        .array();
        short sum = checksum(covered);
        ByteBuffer.wrap(segment).putShort(checksumAt, sum == 0 ? (short) -1 : sum);
        return segment;
    }

    private static byte[] packet(InetAddress from, InetAddress to, int protocol, byte[] segment) {
        if (!(from instanceof Inet4Address)) {
            return ByteBuffer.allocate(40 + segment.length)
                    .putInt(6 << 28)
                    .putShort((short) segment.length)
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
                        .putShort((short) (20 + segment.length))
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
    private static short checksum(byte[] bytes) {
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
