package offhook.hep;

import java.io.ByteArrayOutputStream;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import offhook.trace.Recorded;

/// One packet of HEP version 3 (HEP3 network protocol specification, rev. 36 §5): `HEP3`, the whole
/// length, and chunks of vendor, type, length and value.
final class HepPacket {

    private static final int HEADER_BYTES = 6;
    private static final int CHUNK_HEADER_BYTES = 6;

    private static final int FAMILY = 1;
    private static final int PROTOCOL = 2;
    private static final int SOURCE_IPV4 = 3;
    private static final int DESTINATION_IPV4 = 4;
    private static final int SOURCE_IPV6 = 5;
    private static final int DESTINATION_IPV6 = 6;
    private static final int SOURCE_PORT = 7;
    private static final int DESTINATION_PORT = 8;
    private static final int SECONDS = 9;
    private static final int MICROSECONDS = 10;
    private static final int PAYLOAD_KIND = 11;
    private static final int AGENT = 12;
    private static final int AUTHENTICATION = 14;
    private static final int PAYLOAD = 15;
    private static final int CORRELATION = 17;

    private static final int KIND_SIP = 1;
    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int UDP = 17;
    private static final int TCP = 6;

    private final ByteArrayOutputStream chunks = new ByteArrayOutputStream(1500);

    private HepPacket() {}

    /// A SIP message.
    ///
    /// @param correlation the same for all messages of a call
    /// @param agent our number at the collector
    static byte[] of(Recorded message, String correlation, int agent, Optional<String> password) {
        HepPacket packet = new HepPacket();
        InetSocketAddress from = message.sent() ? message.local() : message.remote();
        InetSocketAddress to = message.sent() ? message.remote() : message.local();
        boolean four = from.getAddress() instanceof Inet4Address;
        packet.bytes(FAMILY, (byte) (four ? AF_INET : AF_INET6));
        // What is inside of TLS and WebSockets came by TCP.
        packet.bytes(PROTOCOL, (byte) (message.transport().equals("udp") ? UDP : TCP));
        packet.bytes(four ? SOURCE_IPV4 : SOURCE_IPV6, from.getAddress().getAddress());
        packet.bytes(four ? DESTINATION_IPV4 : DESTINATION_IPV6, to.getAddress().getAddress());
        packet.number16(SOURCE_PORT, from.getPort());
        packet.number16(DESTINATION_PORT, to.getPort());
        Instant at = message.at();
        packet.number32(SECONDS, (int) at.getEpochSecond());
        packet.number32(MICROSECONDS, at.getNano() / 1000);
        packet.bytes(PAYLOAD_KIND, (byte) KIND_SIP);
        packet.number32(AGENT, agent);
        password.ifPresent(
                word -> packet.bytes(AUTHENTICATION, word.getBytes(StandardCharsets.UTF_8)));
        packet.bytes(CORRELATION, correlation.getBytes(StandardCharsets.ISO_8859_1));
        packet.bytes(PAYLOAD, message.bytes());
        return packet.whole();
    }

    private void number16(int type, int value) {
        bytes(type, ByteBuffer.allocate(2).putShort((short) value).array());
    }

    private void number32(int type, int value) {
        bytes(type, ByteBuffer.allocate(4).putInt(value).array());
    }

    private void bytes(int type, byte... value) {
        chunks.writeBytes(
                ByteBuffer.allocate(CHUNK_HEADER_BYTES)
                        .putShort((short) 0) // the generic vendor
                        .putShort((short) type)
                        .putShort((short) (CHUNK_HEADER_BYTES + value.length))
                        .array());
        chunks.writeBytes(value);
    }

    private byte[] whole() {
        int length = HEADER_BYTES + chunks.size();
        return ByteBuffer.allocate(length)
                .put("HEP3".getBytes(StandardCharsets.US_ASCII))
                .putShort((short) length)
                .put(chunks.toByteArray())
                .array();
    }
}
