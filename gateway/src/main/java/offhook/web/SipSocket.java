package offhook.web;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicReference;
import offhook.telemetry.Counter;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.jspecify.annotations.Nullable;

/// The WebSocket of one SIP phone in a browser: one frame, one message (RFC 7118 §5.2), within the
/// same limits as the sockets of pages. What the messages say is for the [SocketPeer].
///
/// Jetty calls the `onWebSocket...` methods one at a time, on virtual threads.
public final class SipSocket extends Session.Listener.AbstractAutoDemanding implements SocketLine {

    private static final Logger LOG = LogManager.getLogger(SipSocket.class);
    private static final Duration CLOSING = Duration.ofSeconds(2);

    /// As long as a message of a trunk may be, over a stream.
    private static final int MAX_MESSAGE_BYTES = 16_000;

    /// RFC 5626 §3.5.1: CR LF, twice at most.
    private static final int KEEP_ALIVE_BYTES = 4;

    private static final int FRAMES_PER_SECOND = 100;
    private static final int FRAME_BURST = 1_000;

    private final AgentSocket.Room room;
    private final String address;
    private final SocketService service;
    private final MessageBudget messages;
    private final MessageBudget frames;
    private final ByteArrayOutputStream partial = new ByteArrayOutputStream();
    private final SocketPlace place;
    // Set by whoever closes first, read by all.
    private final AtomicBoolean closing = new AtomicBoolean();

    /// Whose phone it is. Written by the peer's owner, read by any.
    private volatile String who = "";

    private final AtomicReference<@Nullable SocketPeer> peer = new AtomicReference<>();

    /// @param place among the strangers, until it is signed in or closed
    SipSocket(AgentSocket.Room room, String address, SocketPlace place, SocketService service) {
        this.room = room;
        this.address = address;
        this.place = place;
        this.service = service;
        long now = room.clock().nanoTime();
        this.messages =
                new MessageBudget(
                        room.limits().messagesPerSecond(), room.limits().messageBurst(), now);
        this.frames = new MessageBudget(FRAMES_PER_SECOND, FRAME_BURST, now);
    }

    // --- Jetty's threads

    @Override
    public void onWebSocketOpen(Session session) {
        super.onWebSocketOpen(session);
        peer.set(service.opened(this));
    }

    /// Answered by us, so that pings are counted too.
    @Override
    public void onWebSocketPing(ByteBuffer payload) {
        if (mayReadFrame()) {
            getSession().sendPong(payload, Callback.NOOP);
        }
    }

    @Override
    public void onWebSocketPong(ByteBuffer payload) {
        SocketPeer known = peer.get();
        if (mayReadFrame() && known != null) {
            known.onPong();
        }
    }

    @Override
    public void onWebSocketPartialText(String payload, boolean last) {
        read(payload.getBytes(StandardCharsets.UTF_8), last);
    }

    @Override
    public void onWebSocketPartialBinary(ByteBuffer payload, boolean last, Callback callback) {
        byte[] bytes = new byte[payload.remaining()];
        payload.get(bytes);
        callback.succeed();
        read(bytes, last);
    }

    private void read(byte[] part, boolean last) {
        SocketPeer known = peer.get();
        if (known == null || !mayReadFrame()) {
            return;
        }
        if (partial.size() + part.length > MAX_MESSAGE_BYTES) {
            refuse(CloseCode.TOO_LONG, "message too long");
            return;
        }
        partial.writeBytes(part);
        if (!last) {
            return;
        }
        byte[] message = partial.toByteArray();
        partial.reset();
        if (messages.spend(room.clock().nanoTime())) {
            if (message.length > KEEP_ALIVE_BYTES) {
                room.recording().sip(getSession(), false, who, message);
            }
            known.onMessage(message);
        } else {
            refuse(CloseCode.TOO_MANY_MESSAGES, "too many messages");
        }
    }

    private boolean mayReadFrame() {
        if (closing.get()) {
            return false;
        }
        if (!frames.spend(room.clock().nanoTime())) {
            refuse(CloseCode.TOO_MANY_MESSAGES, "too many frames");
            return false;
        }
        return true;
    }

    private void refuse(int code, String reason) {
        room.counters().increment(Counter.WEB_REFUSED_MESSAGE);
        close(code, reason);
    }

    @Override
    public void onWebSocketError(Throwable cause) {
        LOG.debug("socket-error address={} cause={}", address, cause.toString());
    }

    @Override
    public void onWebSocketClose(int statusCode, String reason, Callback callback) {
        callback.succeed();
        closing.set(true);
        place.giveBack();
        SocketPeer known = peer.get();
        if (known != null) {
            known.onClosed();
        }
    }

    // --- any thread

    @Override
    public void send(String message) {
        if (!closing.get()) {
            if (message.length() > KEEP_ALIVE_BYTES) {
                room.recording()
                        .sip(getSession(), true, who, message.getBytes(StandardCharsets.UTF_8));
            }
            getSession()
                    .sendText(
                            message,
                            Callback.from(
                                    () -> {},
                                    _ -> close(Why.TRY_LATER, "the phone reads too slowly")));
        }
    }

    @Override
    public void ping() {
        if (!closing.get()) {
            getSession().sendPing(ByteBuffer.allocate(0), Callback.NOOP);
        }
    }

    @Override
    public void signedIn(String name) {
        who = name;
        place.giveBack();
    }

    @Override
    public String address() {
        return address;
    }

    @Override
    public void close(Why why, String reason) {
        close(why.code(), reason);
    }

    private void close(int code, String reason) {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        Session session = getSession();
        session.setIdleTimeout(CLOSING);
        session.close(code, reason, Callback.from(() -> {}, _ -> session.disconnect()));
    }
}
