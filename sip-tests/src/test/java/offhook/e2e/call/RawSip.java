package offhook.e2e.call;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Optional;
import java.util.UUID;
import offhook.e2e.phone.SipMessage;

/// A UDP socket that says exactly what it is told, and nothing by itself: no ACK, no repetition.
final class RawSip implements AutoCloseable {
    private final DatagramSocket socket;
    private final InetSocketAddress gateway;

    RawSip(InetAddress own, InetSocketAddress gateway) {
        this.gateway = gateway;
        try {
            this.socket = new DatagramSocket(new InetSocketAddress(own, 0));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    void send(String message) {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        try {
            socket.send(new DatagramPacket(bytes, bytes.length, gateway));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// The next datagram, if one comes in time.
    Optional<SipMessage> receive(Duration limit) {
        try {
            socket.setSoTimeout((int) limit.toMillis());
            var packet = new DatagramPacket(new byte[65_535], 65_535);
            socket.receive(packet);
            return Optional.of(
                    SipMessage.parse(
                            new String(
                                    packet.getData(),
                                    0,
                                    packet.getLength(),
                                    StandardCharsets.UTF_8)));
        } catch (SocketTimeoutException e) {
            return Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /// Skips provisional responses.
    SipMessage receiveFinal(Duration limit) {
        while (true) {
            SipMessage message =
                    receive(limit)
                            .orElseThrow(() -> new IllegalStateException("no final response"));
            if (message.status() >= 200) {
                return message;
            }
        }
    }

    /// A request outside dialogs; its Via asks for the answer to where it came from (RFC 3581).
    static String request(String method, String number, int sequence, String callId, String sdp) {
        return "%s sip:%s@127.0.0.1 SIP/2.0\r\n".formatted(method, number)
                + "Via: SIP/2.0/UDP 127.0.0.1:5999;rport;branch=z9hG4bK%s\r\n"
                        .formatted(UUID.randomUUID())
                + "From: <sip:5551000@127.0.0.1>;tag=raw\r\n"
                + "To: <sip:%s@127.0.0.1>\r\n".formatted(number)
                + "Call-ID: %s\r\n".formatted(callId)
                + "CSeq: %d %s\r\n".formatted(sequence, method)
                + "Contact: <sip:5551000@127.0.0.1:5999>\r\n"
                + "Max-Forwards: 70\r\n"
                + (sdp.isEmpty() ? "" : "Content-Type: application/sdp\r\n")
                + "Content-Length: %d\r\n\r\n%s".formatted(sdp.length(), sdp);
    }

    @Override
    public void close() {
        socket.close();
    }
}
