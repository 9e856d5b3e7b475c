package offhook.hep;

import java.io.ByteArrayOutputStream;
import java.net.Inet4Address;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Optional;
import offhook.trace.PassedReport;
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

    /// RTCP as JSON.
    private static final int KIND_RTCP_JSON = 5;

    private static final int AF_INET = 2;
    private static final int AF_INET6 = 10;
    private static final int UDP = 17;
    private static final int TCP = 6;

    private final ByteArrayOutputStream chunks = new ByteArrayOutputStream(1500);

    private HepPacket() {}

    /// A SIP message.
    ///
    /// @param correlation the same for all of a call
    /// @param agent our number at the collector
    static byte[] of(Recorded message, String correlation, int agent, Optional<String> password) {
        // What is inside of TLS and WebSockets came by TCP.
        int protocol = message.transport().equals("udp") ? UDP : TCP;
        return new HepPacket()
                .way(protocol, message.sent(), message.local(), message.remote())
                .when(message.at())
                .about(KIND_SIP, correlation, agent, password)
                .whole(message.bytes());
    }

    /// A report of audio.
    ///
    /// @param json of it
    static byte[] of(
            PassedReport report,
            String json,
            String correlation,
            int agent,
            Optional<String> password) {
        return new HepPacket()
                .way(UDP, report.sent(), report.local(), report.remote())
                .when(report.at())
                .about(KIND_RTCP_JSON, correlation, agent, password)
                .whole(json.getBytes(StandardCharsets.UTF_8));
    }

    private HepPacket way(
            int protocol, boolean sent, InetSocketAddress local, InetSocketAddress remote) {
        InetSocketAddress from = sent ? local : remote;
        InetSocketAddress to = sent ? remote : local;
        boolean four = from.getAddress() instanceof Inet4Address;
        bytes(FAMILY, (byte) (four ? AF_INET : AF_INET6));
        bytes(PROTOCOL, (byte) protocol);
        bytes(four ? SOURCE_IPV4 : SOURCE_IPV6, from.getAddress().getAddress());
        bytes(four ? DESTINATION_IPV4 : DESTINATION_IPV6, to.getAddress().getAddress());
        number16(SOURCE_PORT, from.getPort());
        number16(DESTINATION_PORT, to.getPort());
        return this;
    }

    private HepPacket when(Instant at) {
        number32(SECONDS, (int) at.getEpochSecond());
        number32(MICROSECONDS, at.getNano() / 1000);
        return this;
    }

    private HepPacket about(int kind, String correlation, int agent, Optional<String> password) {
        bytes(PAYLOAD_KIND, (byte) kind);
        number32(AGENT, agent);
        password.ifPresent(word -> bytes(AUTHENTICATION, word.getBytes(StandardCharsets.UTF_8)));
        bytes(CORRELATION, correlation.getBytes(StandardCharsets.ISO_8859_1));
        return this;
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

    private byte[] whole(byte[] payload) {
        bytes(PAYLOAD, payload);
        int length = HEADER_BYTES + chunks.size();
        return ByteBuffer.allocate(length)
                .put("HEP3".getBytes(StandardCharsets.US_ASCII))
                .putShort((short) length)
                .put(chunks.toByteArray())
                .array();
    }
}
