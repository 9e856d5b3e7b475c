package offhook.web;

import java.nio.charset.StandardCharsets;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// What is said with one SIP phone in a browser: one frame, one message (RFC 7118 §5.2), text or
/// binary. What the messages say is for the [SocketPeer].
final class SipSocket implements Conversation, SocketLine {

    /// As long as a message of a trunk may be, over a stream.
    private static final JettySocket.Shape SHAPE = new JettySocket.Shape(16_000, true);

    /// RFC 5626 §3.5.1: CR LF, twice at most.
    private static final int KEEP_ALIVE_BYTES = 4;

    private final SocketRoom room;
    private final JettySocket socket;
    private final SocketService service;

    /// Whose phone it is. Written by the peer's owner, read by any.
    private volatile String who = "";

    /// Written when the socket is opened, before anything is read.
    private volatile @Nullable SocketPeer peer;

    private SipSocket(SocketRoom room, JettySocket socket, SocketService service) {
        this.room = room;
        this.socket = socket;
        this.service = service;
    }

    /// The WebSocket of a phone.
    static JettySocket open(SocketRoom room, String address, SocketService service) {
        return new JettySocket(
                room, address, SHAPE, socket -> new SipSocket(room, socket, service));
    }

    // --- the socket

    @Override
    public void onOpened() {
        peer = service.opened(this);
    }

    private SocketPeer peer() {
        return Objects.requireNonNull(peer, "nothing is read before the opening");
    }

    /// A keep-alive.
    @Override
    public boolean onGlance(String text) {
        if (text.length() > KEEP_ALIVE_BYTES) {
            return false;
        }
        onText(text);
        return true;
    }

    @Override
    public void onText(String text) {
        onBinary(text.getBytes(StandardCharsets.UTF_8));
    }

    @Override
    public void onBinary(byte[] message) {
        record(false, message);
        peer().onMessage(message);
    }

    @Override
    public void onPong() {
        peer().onPong();
    }

    /// A socket that was one too many was never anybody's.
    @Override
    public void onClosed(int code) {
        SocketPeer known = peer;
        if (known != null) {
            known.onClosed();
        }
    }

    private void record(boolean sent, byte[] message) {
        if (message.length > KEEP_ALIVE_BYTES) {
            room.recording().sip(socket.session(), sent, who, message);
        }
    }

    // --- any thread

    @Override
    public void send(String message) {
        if (!socket.isClosing()) {
            record(true, message.getBytes(StandardCharsets.UTF_8));
            socket.send(message);
        }
    }

    @Override
    public void ping() {
        socket.ping();
    }

    @Override
    public void signedIn(String name) {
        who = name;
        socket.signedIn();
    }

    @Override
    public String address() {
        return socket.address();
    }

    @Override
    public void close(Why why, String reason) {
        socket.close(why.code(), reason);
    }
}
