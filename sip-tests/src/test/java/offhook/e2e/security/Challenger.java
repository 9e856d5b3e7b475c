package offhook.e2e.security;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import offhook.e2e.phone.SipMessage;
import offhook.e2e.process.Ports;

/// A PBX that no password is good enough for: it asks for one, and once more for the one it got
/// (RFC 3261 §22).
///
/// Its own thread reads and answers; tests read what came.
final class Challenger implements AutoCloseable {
    private static final int LONGEST = 65_535;

    private final List<SipMessage> received = new CopyOnWriteArrayList<>();
    private final DatagramSocket socket;

    /// @param own address of this machine; the port is a free one
    Challenger(InetAddress own) throws IOException {
        socket = new DatagramSocket(new InetSocketAddress(own, Ports.freePair()));
        Thread.ofPlatform().daemon().name("challenger").start(this::answerAll);
    }

    String uri() {
        return "sip:%s:%d;transport=udp"
                .formatted(socket.getLocalAddress().getHostAddress(), socket.getLocalPort());
    }

    /// What it was shown to a method.
    List<String> credentials(String method) {
        return received.stream()
                .filter(request -> request.method().equals(method))
                .map(request -> request.header("Authorization"))
                .filter(shown -> !shown.isEmpty())
                .toList();
    }

    private void answerAll() {
        byte[] buffer = new byte[LONGEST];
        try {
            while (true) {
                var packet = new DatagramPacket(buffer, buffer.length);
                socket.receive(packet);
                String text = new String(buffer, 0, packet.getLength(), StandardCharsets.UTF_8);
                SipMessage message = SipMessage.parse(text);
                if (text.isBlank() || message.isResponse()) {
                    continue;
                }
                received.add(message);
                if (!message.method().equals("ACK")) {
                    byte[] answer = challenge(message).toBytes();
                    socket.send(
                            new DatagramPacket(answer, answer.length, packet.getSocketAddress()));
                }
            }
        } catch (IOException e) {
            if (!socket.isClosed()) {
                throw new UncheckedIOException(e);
            }
        }
    }

    private static SipMessage challenge(SipMessage request) {
        List<String> headers = new ArrayList<>();
        for (String name : List.of("Via", "From", "Call-ID", "CSeq")) {
            request.headers(name).forEach(value -> headers.add(name + ": " + value));
        }
        headers.add("To: " + request.header("To") + ";tag=asks");
        headers.add(
                "WWW-Authenticate: Digest realm=\"far\", nonce=\"%s\", algorithm=MD5, qop=\"auth\""
                        .formatted(Long.toHexString(System.nanoTime())));
        return new SipMessage("SIP/2.0 401 Unauthorized", headers, "");
    }

    @Override
    public void close() {
        socket.close();
    }
}
