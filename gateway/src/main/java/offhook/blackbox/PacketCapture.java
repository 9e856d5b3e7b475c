package offhook.blackbox;

import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import offhook.trace.Passed;
import offhook.trace.Recorded;

/// The SIP messages of a call as a capture file: each message one packet of UDP (RFC 768) or TCP
/// (RFC 9293) between the addresses it passed between. What was inside of TLS or a WebSocket stands
/// there as if it had been plain TCP.
final class PacketCapture {

    private static final int UDP_HEADER_BYTES = 8;
    private static final int TCP_HEADER_BYTES = 20;
    private static final short PUSH_AND_ACK = 0x18;
    private static final int WINDOW = 0xffff;

    private final PcapFile file = new PcapFile();

    /// What each end of a connection has sent so far, by its address and its peer's.
    private final Map<List<InetSocketAddress>, Integer> sequences = new HashMap<>();

    private PacketCapture() {}

    static byte[] of(List<Recorded> messages) {
        PacketCapture capture = new PacketCapture();
        messages.stream()
                .filter(message -> message.kind() == Passed.Kind.SIP)
                .filter(message -> message.local().getAddress() != null)
                .filter(message -> message.remote().getAddress() != null)
                .forEach(capture::add);
        return capture.file.bytes();
    }

    private void add(Recorded message) {
        InetSocketAddress from = message.sent() ? message.local() : message.remote();
        InetSocketAddress to = message.sent() ? message.remote() : message.local();
        boolean udp = message.transport().equals("udp");
        byte[] payload = message.bytes();
        byte[] segment = udp ? udp(from, to, payload) : tcp(from, to, payload);
        file.add(
                message.at(),
                from.getAddress(),
                to.getAddress(),
                udp ? PcapFile.UDP : PcapFile.TCP,
                segment,
                0);
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
        return sealed(datagram, 6, from, to, PcapFile.UDP);
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
        return sealed(segment, 16, from, to, PcapFile.TCP);
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
        short sum = PcapFile.checksum(covered);
        ByteBuffer.wrap(segment).putShort(checksumAt, sum == 0 ? (short) -1 : sum);
        return segment;
    }
}
