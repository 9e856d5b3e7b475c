package offhook.web;

import java.io.ByteArrayOutputStream;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Objects;
import java.util.concurrent.Executor;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.function.Function;
import offhook.runtime.Threads;
import offhook.telemetry.Counter;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;
import org.jspecify.annotations.Nullable;

/// One WebSocket (RFC 6455) within the limits of all: bounds what its peer sends, puts fragments
/// together, and sends and closes in a way that never waits. What is said is for its
/// [Conversation].
///
/// Frames are read by the thread that watches the sockets ([SocketConnector]), one after the other.
/// What takes longer than a glance goes on at a virtual thread of its own, and the next frame is
/// asked for when that is done: nobody waits for another's token to be checked. The methods for
/// sending are for any thread.
public final class JettySocket implements Session.Listener {

    private static final Logger LOG = LogManager.getLogger(JettySocket.class);
    private static final Duration CLOSING = Duration.ofSeconds(2);

    /// Frames a second, and at once: fragments and control frames cost no message but some work.
    private static final int FRAMES_PER_SECOND = 100;

    private static final int FRAME_BURST = 1_000;

    /// Of a peer that was told the end: more than can have been on their way.
    private static final int LATE_FRAMES = 5_000;

    private static final Executor MESSAGES = Threads.virtualExecutor("web-message-");

    private final SocketRoom room;
    private final String address;
    private final Shape shape;
    private final Conversation talk;
    private final MessageBudget messages;
    private final MessageBudget frames;
    private final StringBuilder partialText = new StringBuilder();
    private final ByteArrayOutputStream partialBinary = new ByteArrayOutputStream();
    private final SocketPlace place;

    /// Counted by the thread that watches the sockets.
    private int lateFrames;

    // Set by whoever closes first, read by all.
    private final AtomicBoolean closing = new AtomicBoolean();

    /// Written by the thread that opens it, before anybody knows of the socket; read by any.
    private volatile @Nullable Session session;

    /// What messages look like.
    ///
    /// @param longest in bytes, or in characters of a text
    /// @param binary whether they may be binary
    record Shape(int longest, boolean binary) {}

    /// @param place among the strangers, until it is signed in or closed
    JettySocket(
            SocketRoom room,
            String address,
            SocketPlace place,
            Shape shape,
            Function<JettySocket, ? extends Conversation> conversation) {
        this.room = room;
        this.address = address;
        this.place = place;
        this.shape = shape;
        long now = room.clock().nanoTime();
        this.messages =
                new MessageBudget(
                        room.limits().messagesPerSecond(), room.limits().messageBurst(), now);
        this.frames = new MessageBudget(FRAMES_PER_SECOND, FRAME_BURST, now);
        this.talk = conversation.apply(this);
    }

    // --- the thread that watches the sockets, but for the opening

    @Override
    public void onWebSocketOpen(Session opened) {
        session = opened;
        talk.onOpened();
        opened.demand();
    }

    /// Answered by us, so that pings are counted too.
    @Override
    public void onWebSocketPing(ByteBuffer payload) {
        if (mayReadFrame()) {
            session().sendPong(payload, Callback.NOOP);
        }
        session().demand();
    }

    @Override
    public void onWebSocketPong(ByteBuffer payload) {
        if (mayReadFrame()) {
            talk.onPong();
        }
        session().demand();
    }

    @Override
    public void onWebSocketPartialText(String payload, boolean last) {
        if (mayRead(partialText.length() + payload.length())) {
            if (last && partialText.isEmpty()) {
                onText(payload);
                return;
            }
            partialText.append(payload);
            if (last) {
                String text = partialText.toString();
                partialText.setLength(0);
                onText(text);
                return;
            }
        }
        session().demand();
    }

    @Override
    public void onWebSocketPartialBinary(ByteBuffer payload, boolean last, Callback callback) {
        byte[] part = new byte[payload.remaining()];
        payload.get(part);
        callback.succeed();
        if (!shape.binary()) {
            if (mayReadFrame()) {
                refuse(CloseCode.NOT_TEXT, "text only");
            }
        } else if (mayRead(partialBinary.size() + part.length)) {
            partialBinary.writeBytes(part);
            if (last) {
                byte[] message = partialBinary.toByteArray();
                partialBinary.reset();
                onBinary(message);
                return;
            }
        }
        session().demand();
    }

    /// @param length of the message so far
    private boolean mayRead(int length) {
        if (!mayReadFrame()) {
            return false;
        }
        if (length > shape.longest()) {
            refuse(CloseCode.TOO_LONG, "message too long");
            return false;
        }
        return true;
    }

    private boolean mayReadFrame() {
        if (closing.get()) {
            lateFrames++;
            if (lateFrames > LATE_FRAMES) {
                // One that does not stop would keep the thread from all other sockets.
                session().disconnect();
            }
            return false;
        }
        if (!frames.spend(room.clock().nanoTime())) {
            refuse(CloseCode.TOO_MANY_MESSAGES, "too many frames");
            return false;
        }
        return true;
    }

    private boolean mayReadMessage() {
        if (!messages.spend(room.clock().nanoTime())) {
            refuse(CloseCode.TOO_MANY_MESSAGES, "too many messages");
            return false;
        }
        return true;
    }

    private void onText(String text) {
        if (!mayReadMessage() || talk.onGlance(text)) {
            session().demand();
        } else {
            elsewhere(() -> talk.onText(text));
        }
    }

    private void onBinary(byte[] message) {
        if (mayReadMessage()) {
            elsewhere(() -> talk.onBinary(message));
        } else {
            session().demand();
        }
    }

    private void elsewhere(Runnable reading) {
        MESSAGES.execute(() -> {
            try {
                reading.run();
            } catch (RuntimeException defect) {
                LOG.error("defect address={}", address, defect);
                close(CloseCode.DEFECT, "an error of the gateway");
            }
            session().demand();
        });
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
        talk.onClosed(statusCode);
    }

    // --- any thread

    /// Jetty's own part of it, for those who record what passes.
    Session session() {
        return Objects.requireNonNull(session, "not open yet");
    }

    /// The address that limits count the peer by.
    String address() {
        return address;
    }

    boolean isClosing() {
        return closing.get();
    }

    /// Sends a text, after those sent before. Jetty queues whole messages in the order of the
    /// calls, as many as its limit of outgoing frames; a peer that reads too slowly for that is
    /// closed.
    void send(String text) {
        if (!closing.get()) {
            session()
                    .sendText(
                            text,
                            Callback.from(
                                    () -> {},
                                    _ -> close(CloseCode.TRY_LATER, "the peer reads too slowly")));
        }
    }

    /// Asks for a sign of life of the peer's WebSocket.
    void ping() {
        if (!closing.get()) {
            session().sendPing(ByteBuffer.allocate(0), Callback.NOOP);
        }
    }

    /// The peer is signed in: it no longer counts as a stranger.
    void signedIn() {
        if (!room.all()) {
            place.giveBack();
        }
    }

    /// Closes it because of what the peer sent.
    void refuse(int code, String reason) {
        room.counters().increment(Counter.WEB_REFUSED_MESSAGE);
        close(code, reason);
    }

    /// Closes it with a code of [CloseCode]; the peer has two seconds to agree, whatever else it
    /// sends meanwhile.
    void close(int code, String reason) {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        Session closed = session();
        closed.close(code, reason, Callback.from(() -> {}, _ -> closed.disconnect()));
        // By the clock, not by silence: a peer that drips would never be silent. Without effect
        // where it has agreed by then.
        Threads.virtual(
                        "web-closing",
                        () -> {
                            Threads.pause(CLOSING.toNanos());
                            closed.disconnect();
                        })
                .start();
    }
}
