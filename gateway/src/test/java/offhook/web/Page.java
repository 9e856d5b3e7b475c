package offhook.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.WebSocket;
import java.nio.ByteBuffer;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import offhook.call.CallId;

/// A page as the gateway sees it: the JDK's WebSocket, with what came kept in a queue.
final class Page implements WebSocket.Listener {

    private static final long WAIT_SECONDS = 30;

    private final BlockingQueue<String> messages = new LinkedBlockingQueue<>();
    private final CompletableFuture<Integer> closed = new CompletableFuture<>();
    private final StringBuilder partial = new StringBuilder();
    private final WebSocket socket;

    private Page(WebGateway gateway, String origin, URI uri) {
        this.socket =
                gateway.http
                        .newWebSocketBuilder()
                        .header("Origin", origin)
                        .buildAsync(uri, this)
                        .join();
    }

    static Page connect(WebGateway gateway, String origin) {
        return new Page(gateway, origin, gateway.socketUri());
    }

    /// A page of a site that lets its visitors call.
    static Page connectGuest(WebGateway gateway, String origin) {
        return new Page(gateway, origin, gateway.guestSocketUri());
    }

    /// The status of an upgrade; 101 when it was granted.
    static int upgradeStatus(WebGateway gateway, String... headers) {
        WebSocket.Builder builder = gateway.http.newWebSocketBuilder();
        for (int i = 0; i < headers.length; i += 2) {
            builder.header(headers[i], headers[i + 1]);
        }
        try {
            builder.buildAsync(gateway.socketUri(), new WebSocket.Listener() {}).join().abort();
            return 101;
        } catch (CompletionException e) {
            return ((java.net.http.WebSocketHandshakeException) e.getCause())
                    .getResponse()
                    .statusCode();
        }
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
    public CompletionStage<?> onClose(WebSocket webSocket, int statusCode, String reason) {
        closed.complete(statusCode);
        return null;
    }

    @Override
    public void onError(WebSocket webSocket, Throwable error) {
        closed.completeExceptionally(error);
    }

    void hello(String token, String instance, String state) {
        send(
                "{\"type\":\"hello\",\"version\":1,\"token\":\""
                        + token
                        + "\",\"instance\":\""
                        + instance
                        + "\",\"state\":\""
                        + state
                        + "\"}");
    }

    /// Signs in as a page that was reloaded.
    void returns(String token, String instance, String resume) {
        send(
                "{\"type\":\"hello\",\"version\":1,\"token\":\""
                        + token
                        + "\",\"instance\":\""
                        + instance
                        + "\",\"state\":\"available\",\"resume\":\""
                        + resume
                        + "\"}");
    }

    void reoffer(CallId call, String request, String sdp) {
        send(
                "{\"type\":\"reoffer\",\"call\":\""
                        + call
                        + "\",\"request\":\""
                        + request
                        + "\",\"sdp\":\""
                        + sdp.replace("\r\n", "\\r\\n")
                        + "\"}");
    }

    void send(String text) {
        socket.sendText(text, true).join();
    }

    void sendOfCall(String type, CallId call) {
        send("{\"type\":\"" + type + "\",\"call\":\"" + call + "\"}");
    }

    void accept(CallId call, String sdp) {
        send(
                "{\"type\":\"accept\",\"call\":\""
                        + call
                        + "\",\"sdp\":\""
                        + sdp.replace("\r\n", "\\r\\n")
                        + "\"}");
    }

    void sendBinary(byte[] bytes) {
        socket.sendBinary(ByteBuffer.wrap(bytes), true).join();
    }

    void sendFragment(String text, boolean last) {
        socket.sendText(text, last).join();
    }

    /// The TCP connection breaks.
    void abort() {
        socket.abort();
    }

    void close() {
        socket.sendClose(WebSocket.NORMAL_CLOSURE, "").join();
    }

    /// The next message that is no heartbeat, which must be of this type.
    String expect(String type) throws InterruptedException {
        String message = next();
        while (message.contains("\"type\":\"ping\"")) {
            message = next();
        }
        assertThat(message).contains("\"type\":\"" + type + "\"");
        return message;
    }

    /// The next message of this type; what comes before it is skipped.
    String await(String type) throws InterruptedException {
        while (true) {
            String message = next();
            if (message.contains("\"type\":\"" + type + "\"")) {
                return message;
            }
        }
    }

    private String next() throws InterruptedException {
        String message = messages.poll(WAIT_SECONDS, TimeUnit.SECONDS);
        assertThat(message).as("a message within %s s", WAIT_SECONDS).isNotNull();
        return message;
    }

    /// Asks for a pong: what the gateway did before has then arrived, since messages keep order.
    void roundTrip() throws InterruptedException {
        send("{\"type\":\"ping\",\"n\":77}");
        expect("pong");
    }

    int closeCode() throws Exception {
        return closed.get(WAIT_SECONDS, TimeUnit.SECONDS);
    }

    boolean isClosed() {
        return closed.isDone();
    }
}
