package offhook.blackbox;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import offhook.trace.HeaderTape;

/// Headers of media packets as a capture file: each a packet of UDP that was cut behind them. Their
/// checksums are left out, because what they would cover is.
final class HeaderFile {

    private static final int UDP_HEADER_BYTES = 8;

    private HeaderFile() {}

    static byte[] of(HeaderTape tape) {
        PcapFile file = new PcapFile();
        for (HeaderTape.Packet each : tape.packets()) {
            InetAddress from = each.from().getAddress();
            InetAddress to = each.to().getAddress();
            if (from != null && to != null && from.getClass().equals(to.getClass())) {
                file.add(
                        each.at(),
                        from,
                        to,
                        PcapFile.UDP,
                        datagram(each.from(), each.to(), each),
                        each.wholeBytes() - each.bytes().length);
            }
        }
        return file.bytes();
    }

    private static byte[] datagram(
            InetSocketAddress from, InetSocketAddress to, HeaderTape.Packet packet) {
        return ByteBuffer.allocate(UDP_HEADER_BYTES + packet.bytes().length)
                .putShort((short) from.getPort())
                .putShort((short) to.getPort())
                .putShort((short) (UDP_HEADER_BYTES + packet.wholeBytes()))
                .putShort((short) 0)
                .put(packet.bytes())
                .array();
    }
}
