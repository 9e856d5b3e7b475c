package offhook.sipws;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.http.WebSocket;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import offhook.runtime.Await;

/// A SIP phone that writes its messages as text, over a real WebSocket.
final class TextSipPhone implements WebSocket.Listener, AutoCloseable {

    static final String SDP =
            """
            v=0
            o=- 4611 2 IN IP4 127.0.0.1
            s=-
            t=0 0
            a=group:BUNDLE 0
            m=audio 9 UDP/TLS/RTP/SAVPF 111 126
            c=IN IP4 0.0.0.0
            a=ice-ufrag:abcd
            a=ice-pwd:aaaabbbbccccddddeeeeffff
            a=fingerprint:sha-256 %s
            a=setup:active
            a=mid:0
            a=sendrecv
            a=rtcp-mux
            a=rtpmap:111 opus/48000/2
            a=rtpmap:126 telephone-event/8000
            """
                    .formatted("AA:".repeat(31) + "AA")
                    .replace("\n", "\r\n");

    private final LinkedBlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder partial = new StringBuilder();
    private final String name;
    private final String host = "df7jal23ls0d.invalid";
    private String instance = "11111111-2222-3333-4444-555555555555";
    private WebSocket socket;
    private int number;

    private TextSipPhone(String name) {
        this.name = name;
    }

    static TextSipPhone connect(PhoneStand stand, String name, String origin) {
        TextSipPhone phone = new TextSipPhone(name);
        phone.socket =
                stand.http
                        .newWebSocketBuilder()
                        .header("Origin", origin)
                        .subprotocols("sip")
                        .buildAsync(stand.uri("/sip"), phone)
                        .join();
        assertThat(phone.socket.getSubprotocol()).isEqualTo("sip");
        return phone;
    }

    void instance(String id) {
        instance = id;
    }

    @Override
    public CompletionStage<?> onText(WebSocket webSocket, CharSequence data, boolean last) {
        partial.append(data);
        if (last) {
            messages.add(partial.toString());
            partial.setLength(0);
        }
        webSocket.request(1);
        return null;
    }

    @Override
    public CompletionStage<?> onClose(WebSocket webSocket, int code, String reason) {
        closed.complete(code);
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        closed.completeExceptionally(error);
    }

    void send(String message) {
        socket.sendText(message, true).join();
    }

    void sendBytes(byte[] message) {
        socket.sendBinary(java.nio.ByteBuffer.wrap(message), true).join();
    }

    /// Sends a request of its own, outside of dialogs.
    ///
    /// @param fields further lines, each with its CR LF
    /// @return the branch
    String request(String method, String uri, String callId, String fields, String body) {
        number++;
        return request(
                method,
                uri,
                callId,
                "<sip:" + name + "@example.com>;tag=mine",
                "<" + uri + ">",
                number,
                fields,
                body);
    }

    String request(
            String method,
            String uri,
            String callId,
            String from,
            String to,
            int cseq,
            String fields,
            String body) {
        String branch = "z9hG4bK" + method + cseq + callId;
        requestWith(branch, method, uri, callId, from, to, cseq, fields, body);
        return branch;
    }

    void requestWith(
            String branch,
            String method,
            String uri,
            String callId,
            String from,
            String to,
            int cseq,
            String fields,
            String body) {
        send(
                method
                        + " "
                        + uri
                        + " SIP/2.0\r\n"
                        + "Via: SIP/2.0/WS "
                        + host
                        + ";branch="
                        + branch
                        + "\r\n"
                        + "Max-Forwards: 69\r\n"
                        + "From: "
                        + from
                        + "\r\n"
                        + "To: "
                        + to
                        + "\r\n"
                        + "Call-ID: "
                        + callId
                        + "\r\n"
                        + "CSeq: "
                        + cseq
                        + " "
                        + method
                        + "\r\n"
                        + fields
                        + "Content-Length: "
                        + body.length()
                        + "\r\n\r\n"
                        + body);
    }

    String contact() {
        return "Contact: <sip:" + name + "1@" + host + ";transport=ws>";
    }

    /// Sends REGISTER and returns what it is answered.
    String register(String fields, int expires) throws InterruptedException {
        sendRegister(fields, expires);
        return next();
    }

    void sendRegister(String fields, int expires) {
        number++;
        String aor = "<sip:" + name + "@example.com>";
        request(
                "REGISTER",
                "sip:example.com",
                "reg",
                aor + ";tag=r" + number,
                aor,
                number,
                contact()
                        + ";+sip.instance=\"<urn:uuid:"
                        + instance
                        + ">\";reg-id=1;expires="
                        + expires
                        + "\r\n"
                        + fields,
                "");
    }

    /// Registers by digest.
    void register(String password) throws InterruptedException {
        String challenge = register("", 600);
        assertThat(challenge).startsWith("SIP/2.0 401 ");
        assertThat(register(authorization(challenge, password, 1), 600))
                .startsWith("SIP/2.0 200 ")
                .contains(";expires=600");
    }

    String authorization(String challenge, String password, int count) {
        String nonce = field(challenge, "nonce=\"([^\"]+)\"");
        String realm = field(challenge, "realm=\"([^\"]+)\"");
        String nc = "%08x".formatted(count);
        String response =
                md5(
                        md5(name + ":" + realm + ":" + password)
                                + ":"
                                + nonce
                                + ":"
                                + nc
                                + ":c0ffee:auth:"
                                + md5("REGISTER:sip:example.com"));
        return "Authorization: Digest algorithm=MD5, username=\""
                + name
                + "\", realm=\""
                + realm
                + "\", nonce=\""
                + nonce
                + "\", uri=\"sip:example.com\", response=\""
                + response
                + "\", qop=auth, cnonce=\"c0ffee\", nc="
                + nc
                + "\r\n";
    }

    private static String md5(String text) {
        try {
            return HexFormat.of()
                    .formatHex(
                            MessageDigest.getInstance("MD5")
                                    .digest(text.getBytes(StandardCharsets.UTF_8)));
        } catch (java.security.NoSuchAlgorithmException e) {
            throw new IllegalStateException(e);
        }
    }

    /// Answers a request of the gateway.
    ///
    /// @param fields further lines, each with its CR LF
    void answer(String request, String status, String fields, String body) {
        String to = field(request, "\r\nTo: ([^\r]*)");
        send(
                "SIP/2.0 "
                        + status
                        + "\r\n"
                        + "Via: "
                        + field(request, "\r\nVia: ([^\r]*)")
                        + "\r\n"
                        + "From: "
                        + field(request, "\r\nFrom: ([^\r]*)")
                        + "\r\n"
                        + "To: "
                        + (to.contains("tag=") ? to : to + ";tag=theirs" + instance)
                        + "\r\n"
                        + "Call-ID: "
                        + field(request, "\r\nCall-ID: ([^\r]*)")
                        + "\r\n"
                        + "CSeq: "
                        + field(request, "\r\nCSeq: ([^\r]*)")
                        + "\r\n"
                        + contact()
                        + "\r\n"
                        + fields
                        + "Content-Length: "
                        + body.length()
                        + "\r\n\r\n"
                        + body);
    }

    static String field(String message, String pattern) {
        Matcher matcher = Pattern.compile(pattern).matcher(message);
        if (!matcher.find()) {
            throw new AssertionError("no " + pattern + " in " + message);
        }
        return matcher.group(1);
    }

    /// The next message of the gateway.
    String next() throws InterruptedException {
        String message = messages.poll(Await.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        if (message == null) {
            throw new AssertionError("nothing came; closed=" + closed);
        }
        return message;
    }

    /// The next one, which starts so.
    String expect(String start) throws InterruptedException {
        String message = next();
        assertThat(message).startsWith(start);
        return message;
    }

    /// Whether nothing more was sent by the time that an OPTIONS is answered.
    void expectNothing() throws InterruptedException {
        request("OPTIONS", "sip:example.com", "probe" + number, "", "");
        expect("SIP/2.0 200 ");
    }

    int awaitClose() throws Exception {
        try {
            return closed.get(Await.PATIENCE_MILLIS, TimeUnit.MILLISECONDS);
        } catch (TimeoutException e) {
            throw new AssertionError("still open", e);
        }
    }

    @Override
    public void close() {
        socket.abort();
    }
}
