package offhook.sip;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// One end of a TLS connection that speaks SIP in plain text: what the test does not say is not
/// said.
final class TextTls implements AutoCloseable {

    private static final int PATIENCE_MILLIS = 20_000;

    private final SSLSocket socket;
    private String last = "";
    private int serial;

    private TextTls(SSLSocket socket) throws IOException {
        this.socket = socket;
        socket.setSoTimeout(PATIENCE_MILLIS);
        socket.startHandshake();
    }

    /// Connects from an address of ours and shakes hands.
    static TextTls connect(String from, InetSocketAddress to, SSLContext context)
            throws IOException {
        Socket plain = new Socket();
        plain.bind(new InetSocketAddress(from, 0));
        plain.connect(to);
        return new TextTls(
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(plain, to.getHostString(), to.getPort(), true));
    }

    /// A listener that [#accept] serves.
    static ServerSocket listen(String address) throws IOException {
        ServerSocket server = new ServerSocket(0, 5, InetAddress.getByName(address));
        server.setSoTimeout(PATIENCE_MILLIS);
        return server;
    }

    /// Takes a connection and shakes hands.
    static TextTls accept(ServerSocket server, SSLContext context) throws IOException {
        SSLSocket socket =
                (SSLSocket)
                        context.getSocketFactory()
                                .createSocket(server.accept(), (InputStream) null, true);
        socket.setUseClientMode(false);
        return new TextTls(socket);
    }

    SSLSocket socket() {
        return socket;
    }

    String at() {
        return socket.getLocalAddress().getHostAddress() + ":" + socket.getLocalPort();
    }

    TextTls send(String message) throws IOException {
        socket.getOutputStream().write(message.getBytes(StandardCharsets.UTF_8));
        return this;
    }

    /// A request with what every request has.
    ///
    /// @param to the header's value
    String request(String method, String uri, String callId, String from, String to, String body) {
        serial++;
        return "%s %s SIP/2.0\r\nVia: SIP/2.0/TLS %s;branch=z9hG4bK%s%d;rport\r\n"
                        .formatted(method, uri, at(), callId, serial)
                + "Max-Forwards: 70\r\nFrom: %s\r\nTo: %s\r\nCall-ID: %s\r\n"
                        .formatted(from, to, callId)
                + "CSeq: %d %s\r\nContact: <sip:100@%s;transport=tls>\r\n"
                        .formatted(method.equals("ACK") ? serial - 1 : serial, method, at())
                + (body.isEmpty() ? "" : "Content-Type: application/sdp\r\n")
                + "Content-Length: %d\r\n\r\n%s".formatted(body.length(), body);
    }

    /// The response to a request that came.
    String response(String request, String status, String tag, String contact, String body) {
        StringBuilder response = new StringBuilder("SIP/2.0 " + status + "\r\n");
        for (String name : List.of("Via", "From", "To", "Call-ID", "CSeq")) {
            String value = TextPhone.header(request, name);
            boolean tagged = !name.equals("To") || tag.isEmpty() || value.contains("tag=");
            response.append(name + ": " + value + (tagged ? "" : ";tag=" + tag) + "\r\n");
        }
        return response
                + (contact.isEmpty() ? "" : "Contact: <" + contact + ">\r\n")
                + (body.isEmpty() ? "" : "Content-Type: application/sdp\r\n")
                + "Content-Length: %d\r\n\r\n%s".formatted(body.length(), body);
    }

    /// The next message that is no repetition of the one before, which must start so.
    String expect(String start) throws IOException {
        String message = receive();
        while (!message.isEmpty() && message.equals(last)) {
            message = receive();
        }
        last = message;
        if (!message.startsWith(start)) {
            throw new AssertionError("expected " + start + " but got " + message);
        }
        return message;
    }

    /// The next message; empty when the peer closed or says nothing.
    String receive() throws IOException {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            int end = -1;
            int length = 0;
            while (end < 0 || bytes.size() < end + length) {
                int next = socket.getInputStream().read();
                if (next < 0) {
                    return "";
                }
                bytes.write(next);
                String text = bytes.toString(StandardCharsets.UTF_8);
                if (end < 0 && text.endsWith("\r\n\r\n")) {
                    end = bytes.size();
                    length = Integer.parseInt(TextPhone.header(text, "Content-Length"));
                }
            }
            return bytes.toString(StandardCharsets.UTF_8);
        } catch (SocketTimeoutException | SocketException e) {
            return "";
        }
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
