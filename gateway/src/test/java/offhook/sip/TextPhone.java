package offhook.sip;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.concurrent.atomic.AtomicInteger;

/// A SIP phone made of text and a UDP socket: it knows no more of SIP than the test tells it.
final class TextPhone implements AutoCloseable {

    /// Who waits longer than half a second may be told the same again (RFC 3261, 17.1.2): nothing
    /// here takes that for something new, and so nothing depends on how quick the machine is.
    static final int PATIENCE_MILLIS = 20_000;

    /// What is said again comes after half a second, one more, and two more (RFC 3261, 17.1.2.2).
    static final int NO_REPETITION_MILLIS = 2500;

    private static final AtomicInteger SERIAL = new AtomicInteger();

    final String callId = "call-" + SERIAL.incrementAndGet() + "-" + System.nanoTime();
    final String number;
    private final DatagramSocket socket;
    private final InetSocketAddress server;
    private final HeardMessages heard = new HeardMessages(this::poll);
    private String toTag = "";
    private int cseq = 1;

    TextPhone(String host, InetSocketAddress server, String number) throws IOException {
        this.socket = new DatagramSocket(0, InetAddress.getByName(host));
        this.server = server;
        this.number = number;
    }

    /// A request of this phone's dialog, with a new branch and the given CSeq.
    String request(String method, int cseqNumber, String branch, String body, String... more) {
        String contentType = body.isEmpty() ? "" : "Content-Type: application/sdp\r\n";
        return method
                + " sip:"
                + number
                + "@gw SIP/2.0\r\nVia: SIP/2.0/UDP "
                + at()
                + ";branch=z9hG4bK"
                + branch
                + "\r\nMax-Forwards: 70\r\nFrom: \"Ann\" <sip:100@pbx>;tag=f-"
                + callId
                + "\r\nTo: <sip:"
                + number
                + "@gw>"
                + (toTag.isEmpty() ? "" : ";tag=" + toTag)
                + "\r\nCall-ID: "
                + callId
                + "\r\nCSeq: "
                + cseqNumber
                + " "
                + method
                + "\r\nContact: <sip:100@"
                + at()
                + ">\r\n"
                + String.join("", Arrays.stream(more).map(m -> m + "\r\n").toList())
                + contentType
                + "Content-Length: "
                + body.length()
                + "\r\n\r\n"
                + body;
    }

    /// PRACK of a provisional response.
    String prack(String provisional, String body) {
        return next("PRACK", body, "RAck: " + header(provisional, "RSeq") + " 1 INVITE");
    }

    /// The next request of the dialog.
    String next(String method, String body, String... more) {
        cseq++;
        return request(method, cseq, callId + cseq, body, more);
    }

    String invite(String body, String... more) {
        return request("INVITE", 1, callId + "1", body, more);
    }

    /// ACK to a 200, of a transaction of its own.
    String ack(String body) {
        return request("ACK", cseq, callId + "ack" + cseq, body);
    }

    String at() {
        return socket.getLocalAddress().getHostAddress() + ":" + socket.getLocalPort();
    }

    /// The gateway's tag, once it said one.
    String toTag() {
        return toTag;
    }

    TextPhone send(String message) throws IOException {
        return sendBytes(message.getBytes(StandardCharsets.UTF_8));
    }

    TextPhone sendBytes(byte[] bytes) throws IOException {
        socket.send(new DatagramPacket(bytes, bytes.length, server));
        return this;
    }

    /// The next message that starts so, before which only what was known may come again; a To tag
    /// in it is taken for the dialog's.
    String expect(String start) throws IOException {
        boolean repeated = true;
        String message = "";
        while (repeated && !message.startsWith(start)) {
            message = poll(PATIENCE_MILLIS);
            repeated = !message.isEmpty() && !heard.isNew(message);
        }
        if (!message.startsWith(start)) {
            throw new AssertionError("expected " + start + " but got " + message);
        }
        if (start.startsWith("SIP/2.0")) {
            follow(message);
        }
        return message;
    }

    /// Takes the dialog's tag from a response, if it has one.
    void follow(String response) {
        String tag = parameter(response, "To:", "tag");
        if (!tag.isEmpty()) {
            toTag = tag;
        }
    }

    /// The dialog that began came to nothing, as when the call was challenged.
    void forgetTag() {
        toTag = "";
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
        String message =
                new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
        HeardMessages.checkPhrase(message);
        return message;
    }

    /// 200 to a request that came.
    TextPhone ok(String request) throws IOException {
        return answer(request, "200 OK");
    }

    /// The final response to a request that came.
    TextPhone answer(String request, String status) throws IOException {
        StringBuilder response = new StringBuilder("SIP/2.0 " + status + "\r\n");
        for (String name : List.of("Via", "From", "To", "Call-ID", "CSeq")) {
            response.append(name).append(": ").append(header(request, name)).append("\r\n");
        }
        return send(response.append("Content-Length: 0\r\n\r\n").toString());
    }

    static String header(String message, String name) {
        return message.lines()
                .filter(l -> l.startsWith(name + ":"))
                .map(l -> l.substring(name.length() + 1).strip())
                .findFirst()
                .orElse("");
    }

    private static String parameter(String message, String header, String name) {
        String value = message.lines().filter(l -> l.startsWith(header)).findFirst().orElse("");
        int at = value.indexOf(";" + name + "=");
        return at < 0 ? "" : value.substring(at + name.length() + 2).split("[;>\\s]", 2)[0];
    }

    @Override
    public void close() {
        socket.close();
    }
}
