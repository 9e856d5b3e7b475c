package offhook.sip;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import offhook.net.FreePorts;

/// A trunk for tests: a socket and text. It answers to where a request came from.
final class TextTrunk implements AutoCloseable {

    private final String host;
    private final DatagramSocket socket;
    private InetSocketAddress gateway = new InetSocketAddress(0);
    private final HeardMessages heard = new HeardMessages(this::poll);
    private int cseq = 10;

    TextTrunk() throws IOException {
        this("127.0.0.2");
    }

    TextTrunk(String address) throws IOException {
        host = address.indexOf(':') < 0 ? address : "[" + address + "]";
        socket = new DatagramSocket(FreePorts.next(), InetAddress.getByName(address));
    }

    /// Where the gateway was heard.
    InetSocketAddress gateway() {
        return gateway;
    }

    void gateway(InetSocketAddress address) {
        gateway = address;
    }

    int port() {
        return socket.getLocalPort();
    }

    String at() {
        return host + ":" + socket.getLocalPort();
    }

    /// The next message that starts so; before it may come what came already, and INVITE.
    String expect(String start) throws IOException {
        while (true) {
            String message = poll(TextPhone.PATIENCE_MILLIS);
            boolean repeated = !heard.isNew(message);
            if (message.startsWith(start)) {
                return message;
            }
            if (message.isEmpty() || !repeated && !message.startsWith("INVITE")) {
                throw new AssertionError("expected " + start + " but got " + message);
            }
        }
    }

    /// [HeardMessages#fresh].
    String fresh() throws IOException {
        return heard.fresh();
    }

    /// [HeardMessages#any].
    String receive(int millis) throws IOException {
        return heard.any(millis);
    }

    /// [HeardMessages#assertSilent].
    void assertSilent(int millis) throws IOException {
        heard.assertSilent(millis);
    }

    private String poll(int millis) throws IOException {
        DatagramPacket packet = new DatagramPacket(new byte[65536], 65536);
        socket.setSoTimeout(millis);
        try {
            socket.receive(packet);
        } catch (SocketTimeoutException e) {
            return "";
        }
        gateway = (InetSocketAddress) packet.getSocketAddress();
        String message =
                new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
        HeardMessages.checkPhrase(message);
        return message;
    }

    void send(String message) throws IOException {
        byte[] bytes = message.getBytes(StandardCharsets.UTF_8);
        socket.send(new DatagramPacket(bytes, bytes.length, gateway));
    }

    void answer(String request, String status, String tag, String body, String... more)
            throws IOException {
        send(response(request, status, tag, body, more));
    }

    String response(String request, String status, String tag, String body, String... more) {
        StringBuilder response = new StringBuilder("SIP/2.0 " + status + "\r\n");
        for (String name : List.of("Via", "From", "To", "Call-ID", "CSeq")) {
            String value = TextPhone.header(request, name);
            boolean tagged = !name.equals("To") || tag.isEmpty() || value.contains("tag=");
            response.append(name + ": " + value + (tagged ? "" : ";tag=" + tag) + "\r\n");
        }
        String fields = String.join("", more);
        if (!fields.contains("Contact:")) {
            response.append("Contact: <sip:200@" + at() + ">\r\n");
        }
        response.append(fields);
        return response + content(body);
    }

    /// A request of the trunk in the dialog that our INVITE opened.
    void request(String invite, String method, String tag, String... body) throws IOException {
        cseq++;
        send(
                method
                        + " sip:offhook@127.0.0.1 SIP/2.0\r\nVia: SIP/2.0/UDP "
                        + at()
                        + ";branch=z9hG4bKt"
                        + cseq
                        + "\r\nMax-Forwards: 70\r\nFrom: "
                        + TextPhone.header(invite, "To")
                        + ";tag="
                        + tag
                        + "\r\nTo: "
                        + TextPhone.header(invite, "From")
                        + "\r\nCall-ID: "
                        + TextPhone.header(invite, "Call-ID")
                        + "\r\nCSeq: "
                        + cseq
                        + " "
                        + method
                        + "\r\nContact: <sip:200@"
                        + at()
                        + ">\r\n"
                        + content(String.join("", body)));
    }

    private static String content(String body) {
        return (body.isEmpty() ? "" : "Content-Type: application/sdp\r\n")
                + "Content-Length: "
                + body.length()
                + "\r\n\r\n"
                + body;
    }

    @Override
    public void close() {
        socket.close();
    }
}
