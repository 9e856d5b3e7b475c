package offhook.e2e.capture;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;

/// The classic libpcap file format, of Ethernet frames (the loopback interface of Linux has them).
final class PcapFile {
    private static final int MICROS_MAGIC = 0xA1B2C3D4;
    private static final int NANOS_MAGIC = 0xA1B23C4D;
    private static final int FILE_HEADER_BYTES = 24;
    private static final int RECORD_HEADER_BYTES = 16;
    private static final int ETHERNET_BYTES = 14;
    private static final int LINKTYPE_ETHERNET = 1;
    private static final int ETHERTYPE_IPV4 = 0x0800;
    private static final int PROTOCOL_UDP = 17;
    private static final int UDP_BYTES = 8;

    private PcapFile() {}

    /// The UDP datagrams in IPv4 packets; a record cut short ends the file.
    static List<Datagram> read(Path file) {
        try {
            return parse(ByteBuffer.wrap(Files.readAllBytes(file)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static List<Datagram> parse(ByteBuffer in) {
        List<Datagram> found = new ArrayList<>();
        if (in.limit() < FILE_HEADER_BYTES) {
            return found;
        }
        int magic = in.order(ByteOrder.LITTLE_ENDIAN).getInt(0);
        if (magic != MICROS_MAGIC && magic != NANOS_MAGIC) {
            magic = in.order(ByteOrder.BIG_ENDIAN).getInt(0);
        }
        if (magic != MICROS_MAGIC && magic != NANOS_MAGIC) {
            throw new IllegalArgumentException("not a pcap file");
        }
        if (in.getInt(20) != LINKTYPE_ETHERNET) {
            throw new IllegalArgumentException("not Ethernet: link type " + in.getInt(20));
        }
        long unitNanos = magic == NANOS_MAGIC ? 1 : 1_000;
        int at = FILE_HEADER_BYTES;
        while (at + RECORD_HEADER_BYTES <= in.limit()) {
            long atNanos =
                    (in.getInt(at) & 0xFFFF_FFFFL) * 1_000_000_000L + in.getInt(at + 4) * unitNanos;
            int length = in.getInt(at + 8);
            at += RECORD_HEADER_BYTES;
            if (length < 0 || at + length > in.limit()) {
                break;
            }
            addUdp(found, atNanos, in.slice(at, length).order(ByteOrder.BIG_ENDIAN));
            at += length;
        }
        return found;
    }

    private static void addUdp(List<Datagram> found, long atNanos, ByteBuffer frame) {
        if (frame.limit() < ETHERNET_BYTES + 20
                || (frame.getShort(12) & 0xFFFF) != ETHERTYPE_IPV4
                || frame.get(ETHERNET_BYTES + 9) != PROTOCOL_UDP) {
            return;
        }
        int udp = ETHERNET_BYTES + 4 * (frame.get(ETHERNET_BYTES) & 0x0F);
        if (frame.limit() < udp + UDP_BYTES) {
            return;
        }
        int length = (frame.getShort(udp + 4) & 0xFFFF) - UDP_BYTES;
        int start = udp + UDP_BYTES;
        if (length >= 0 && start + length <= frame.limit()) {
            found.add(
                    new Datagram(
                            atNanos,
                            frame.getShort(udp) & 0xFFFF,
                            frame.getShort(udp + 2) & 0xFFFF,
                            frame.slice(start, length).asReadOnlyBuffer()));
        }
    }
}
