package offhook.web;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import offhook.config.AgentsConfig;
import offhook.runtime.NanoClock;
import offhook.sdp.SdpException;
import offhook.sdp.SdpLimits;
import offhook.sdp.SdpParser;
import offhook.sdp.SessionDescription;
import offhook.telemetry.Counter;
import offhook.telemetry.Counters;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;
import org.eclipse.jetty.websocket.api.Callback;
import org.eclipse.jetty.websocket.api.Session;

/// The WebSocket (RFC 6455) of one page: translates frames into commands of the desk and back.
///
/// Jetty calls the `onWebSocket...` methods one at a time, on virtual threads; [PageLink]'s methods
/// are called by the desk's owner.
public final class AgentSocket extends Session.Listener.AbstractAutoDemanding implements PageLink {

    private static final Logger LOG = LogManager.getLogger(AgentSocket.class);
    private static final Duration CLOSING = Duration.ofSeconds(2);

    /// Frames a second, and at once: fragments and control frames cost no message but some work.
    private static final int FRAMES_PER_SECOND = 100;

    private static final int FRAME_BURST = 1_000;

    private final Room room;
    private final String address;
    private final MessageBudget messages;
    private final MessageBudget frames;
    private final StringBuilder partial = new StringBuilder();
    private final AtomicBoolean counted = new AtomicBoolean();
    // Set by whoever closes first, read by all.
    private final AtomicBoolean closing = new AtomicBoolean();

    /// What all sockets share.
    record Room(
            AgentDesk desk,
            AgentTokens tokens,
            Passwords users,
            SocketCount strangers,
            WebLimits limits,
            NanoClock clock,
            RefusalLog refusals,
            Counters counters) {}

    AgentSocket(Room room, String address) {
        this.room = room;
        this.address = address;
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
        if (!room.strangers().tryAdd(address)) {
            close(CloseCode.TRY_LATER, "too many sockets");
            return;
        }
        counted.set(true);
        post(() -> room.desk().onOpened(this));
    }

    /// Answered by us, so that pings are counted too.
    @Override
    public void onWebSocketPing(ByteBuffer payload) {
        if (mayReadFrame()) {
            getSession().sendPong(payload, Callback.NOOP);
        }
    }

    @Override
    public void onWebSocketPartialBinary(ByteBuffer payload, boolean last, Callback callback) {
        callback.succeed();
        refuse(CloseCode.NOT_TEXT, "text only");
    }

    @Override
    public void onWebSocketPartialText(String payload, boolean last) {
        if (!mayReadFrame()) {
            return;
        }
        if (partial.length() + payload.length() > WebLimits.MAX_MESSAGE_BYTES) {
            refuse(CloseCode.TOO_LONG, "message too long");
            return;
        }
        partial.append(payload);
        if (last) {
            String text = partial.toString();
            partial.setLength(0);
            onText(text);
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

    private void onText(String text) {
        if (!messages.spend(room.clock().nanoTime())) {
            refuse(CloseCode.TOO_MANY_MESSAGES, "too many messages");
            return;
        }
        try {
            onMessage(MessageReader.read(text));
        } catch (MessageException e) {
            onRefused(e);
        }
    }

    @Override
    public void onWebSocketError(Throwable cause) {
        LOG.debug("socket-error address={} cause={}", address, cause.toString());
    }

    @Override
    public void onWebSocketClose(int statusCode, String reason, Callback callback) {
        callback.succeed();
        closing.set(true);
        uncount();
        boolean left = statusCode == CloseCode.LEFT;
        room.desk().owner().postEnding(() -> room.desk().onClosed(this, left));
    }

    private void onMessage(ClientMessage message) {
        switch (message) {
            case ClientMessage.Hello hello -> onHello(hello);
            case ClientMessage.Accept accept -> onAccept(accept);
            case ClientMessage.Reoffer reoffer -> onReoffer(reoffer);
            case ClientMessage.Dial dial -> onDial(dial);
            case ClientMessage.Presence _,
                    ClientMessage.Ringing _,
                    ClientMessage.Decline _,
                    ClientMessage.HangUp _,
                    ClientMessage.Pull _,
                    ClientMessage.Hold _,
                    ClientMessage.Transfer _,
                    ClientMessage.Complete _,
                    ClientMessage.Cancel _,
                    ClientMessage.Alive _,
                    ClientMessage.Ping _,
                    ClientMessage.Pong _ ->
                    toDesk((desk, session) -> desk.onMessage(session, message));
        }
    }

    private void onHello(ClientMessage.Hello hello) {
        switch (room.tokens().check(hello.token())) {
            case AgentTokens.Check.Valid valid -> {
                Optional<AgentsConfig.User> user = room.users().user(valid.agent());
                if (user.isPresent()) {
                    post(() -> room.desk().onHello(this, user.get(), hello, valid.remaining()));
                } else {
                    refuseToken(WebError.BAD_TOKEN);
                }
            }
            case AgentTokens.Check.Expired _ -> refuseToken(WebError.TOKEN_EXPIRED);
            case AgentTokens.Check.Invalid _ -> refuseToken(WebError.BAD_TOKEN);
        }
    }

    private void refuseToken(WebError error) {
        room.counters().increment(Counter.WEB_REFUSED_TOKEN);
        room.refusals().refused(RefusalLog.Kind.TOKEN, address, "error", error.object().name());
        send(AgentDesk.refusal(error.object()));
        close(CloseCode.NOT_SIGNED_IN, error.object().name());
    }

    private void onAccept(ClientMessage.Accept accept) {
        try {
            SessionDescription offer = SdpParser.parse(accept.sdp(), SdpLimits.BROWSER);
            toDesk((desk, session) -> desk.onAccept(session, accept.call(), offer));
        } catch (SdpException e) {
            String problem = String.valueOf(e.getMessage());
            toDesk((desk, session) -> desk.onBadAccept(session, accept.call(), problem));
        }
    }

    private void onReoffer(ClientMessage.Reoffer reoffer) {
        try {
            SessionDescription offer = SdpParser.parse(reoffer.sdp(), SdpLimits.BROWSER);
            toDesk((desk, session) -> desk.onReoffer(session, reoffer, offer));
        } catch (SdpException e) {
            String problem = String.valueOf(e.getMessage());
            toDesk((_, session) ->
                    session.send(
                            new ServerMessage.ReofferRefused(
                                    reoffer.call(),
                                    reoffer.request(),
                                    WebError.BAD_SDP.object(problem))));
        }
    }

    private void onDial(ClientMessage.Dial dial) {
        try {
            SessionDescription offer = SdpParser.parse(dial.sdp(), SdpLimits.BROWSER);
            toDesk((desk, session) -> desk.onDial(session, dial, offer));
        } catch (SdpException e) {
            String problem = String.valueOf(e.getMessage());
            toDesk((_, session) ->
                    session.send(
                            new ServerMessage.DialRefused(
                                    dial.request(), WebError.BAD_SDP.object(problem))));
        }
    }

    private void onRefused(MessageException e) {
        String problem = String.valueOf(e.getMessage());
        send(AgentDesk.refusal(WebError.MALFORMED.object(problem)));
        if (e.isFatal()) {
            refuse(CloseCode.NOT_UNDERSTOOD, problem);
        } else {
            room.counters().increment(Counter.WEB_REFUSED_MESSAGE);
            // A stranger has one try.
            toDesk((_, _) -> {});
        }
    }

    /// What a message of a signed-in page does.
    @FunctionalInterface
    private interface DeskAction {
        void on(AgentDesk desk, AgentSession session);
    }

    private void toDesk(DeskAction action) {
        AgentDesk desk = room.desk();
        post(() -> desk.withSession(this, session -> action.on(desk, session)));
    }

    private void post(Runnable command) {
        if (!room.desk().owner().post(command)) {
            close(CloseCode.TRY_LATER, "overloaded");
        }
    }

    private void refuse(int code, String reason) {
        room.counters().increment(Counter.WEB_REFUSED_MESSAGE);
        close(code, reason);
    }

    private void uncount() {
        if (counted.compareAndSet(true, false)) {
            room.strangers().remove(address);
        }
    }

    // --- the desk's owner

    @Override
    public void signedIn() {
        uncount();
    }

    /// Jetty queues whole messages in the order of the calls, as many as its limit of outgoing
    /// frames; a page that reads too slowly for that is closed.
    @Override
    public void send(ServerMessage message) {
        if (!closing.get()) {
            getSession()
                    .sendText(
                            MessageWriter.write(message),
                            Callback.from(
                                    () -> {},
                                    _ -> close(CloseCode.TRY_LATER, "the page reads too slowly")));
        }
    }

    @Override
    public void close(int code, String reason) {
        if (!closing.compareAndSet(false, true)) {
            return;
        }
        Session session = getSession();
        session.setIdleTimeout(CLOSING);
        session.close(code, reason, Callback.from(() -> {}, _ -> session.disconnect()));
    }
}
