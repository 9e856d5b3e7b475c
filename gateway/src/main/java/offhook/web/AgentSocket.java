package offhook.web;

import java.nio.ByteBuffer;
import java.time.Duration;
import java.util.concurrent.atomic.AtomicBoolean;
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
    private final Pulse pulse = new Pulse();
    private final StringBuilder partial = new StringBuilder();
    private final SocketPlace place;
    // Set by whoever closes first, read by all.
    private final AtomicBoolean closing = new AtomicBoolean();

    /// Who signed in. Written by Jetty's threads, read by the desk's owner.
    private volatile String who = "";

    /// What all sockets of one kind of page share.
    ///
    /// @param tokens what they sign in with
    /// @param strangers how many there may be that are not signed in
    /// @param all whether those that are signed in count too
    record Room(
            AgentDesk desk,
            TokenChecker tokens,
            SocketCount strangers,
            boolean all,
            WebLimits limits,
            NanoClock clock,
            RefusalLog refusals,
            Counters counters,
            SocketRecording recording) {

        /// The same for pages that sign in otherwise.
        Room with(TokenChecker others) {
            return new Room(
                    desk, others, strangers, all, limits, clock, refusals, counters, recording);
        }
    }

    /// @param place among the strangers, until it is signed in or closed
    AgentSocket(Room room, String address, SocketPlace place) {
        this.room = room;
        this.address = address;
        this.place = place;
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
            ClientMessage message = MessageReader.read(text);
            room.recording().received(getSession(), who, message, text);
            onMessage(message);
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
        place.giveBack();
        boolean left = statusCode == CloseCode.LEFT;
        room.desk().owner().postEnding(() -> room.desk().onClosed(this, left));
    }

    private void onMessage(ClientMessage message) {
        switch (message) {
            case ClientMessage.Hello hello -> onHello(hello);
            case ClientMessage.Token token -> onToken(token);
            case ClientMessage.Accept accept -> onAccept(accept);
            case ClientMessage.Reoffer reoffer -> onReoffer(reoffer);
            case ClientMessage.Dial dial -> onDial(dial);
            case ClientMessage.Echo echo -> onEcho(echo);
            case ClientMessage.Alive alive -> onAlive(alive);
            case ClientMessage.Pong pong -> onPong(pong);
            case ClientMessage.Presence _,
                    ClientMessage.Candidate _,
                    ClientMessage.Ringing _,
                    ClientMessage.Decline _,
                    ClientMessage.HangUp _,
                    ClientMessage.Pull _,
                    ClientMessage.Hold _,
                    ClientMessage.Transfer _,
                    ClientMessage.Complete _,
                    ClientMessage.Cancel _,
                    ClientMessage.Note _,
                    ClientMessage.Quality _,
                    ClientMessage.Warning _,
                    ClientMessage.Ping _ ->
                    toDesk((desk, session) -> desk.orders().onMessage(session, message));
        }
    }

    /// The most of what idle pages say, and nearly always the same.
    private void onAlive(ClientMessage.Alive alive) {
        if (!pulse.beats(alive.microphone(), room.clock().nanoTime())) {
            toDesk((desk, session) -> desk.orders().onMessage(session, alive));
        }
    }

    private void onPong(ClientMessage.Pong pong) {
        if (!pulse.pongs(pong.n(), room.clock().nanoTime())) {
            toDesk((desk, session) -> desk.orders().onMessage(session, pong));
        }
    }

    private void onHello(ClientMessage.Hello hello) {
        switch (room.tokens().check(hello.token())) {
            case TokenCheck.Valid(AgentProfile agent, _) when !agent.mayBeAt(hello.instance()) ->
                    refuseToken(WebError.BAD_TOKEN);
            case TokenCheck.Valid(AgentProfile agent, Duration remaining) -> {
                who = agent.name();
                if (!room.all()) {
                    room.refusals().granted("agent:" + who, "connect", address);
                }
                post(() -> room.desk().onHello(this, agent, hello, remaining));
            }
            case TokenCheck.Expired _ -> refuseToken(WebError.TOKEN_EXPIRED);
            case TokenCheck.Revoked _ -> refuseToken(WebError.TOKEN_REVOKED);
            case TokenCheck.Invalid _ -> refuseToken(WebError.BAD_TOKEN);
            case TokenCheck.Unknown _ -> {
                send(AgentDesk.refusal(keysMissing()));
                close(CloseCode.TRY_LATER, "the issuer's keys are missing");
            }
        }
    }

    /// A token that will not do changes nothing: the one before it counts on.
    private void onToken(ClientMessage.Token token) {
        switch (room.tokens().check(token.token())) {
            case TokenCheck.Valid(AgentProfile agent, Duration remaining) ->
                    toDesk((desk, session) -> desk.onToken(session, agent, remaining));
            case TokenCheck.Expired _ -> refuseRenewal(WebError.TOKEN_EXPIRED.object());
            case TokenCheck.Revoked _ -> refuseRenewal(WebError.TOKEN_REVOKED.object());
            case TokenCheck.Invalid _ -> refuseRenewal(WebError.BAD_TOKEN.object());
            case TokenCheck.Unknown _ -> refuseRenewal(keysMissing());
        }
    }

    private static WebError.ErrorObject keysMissing() {
        return WebError.BUSY.object("The keys that tokens are checked with cannot be had.");
    }

    private void refuseRenewal(WebError.ErrorObject error) {
        room.counters().increment(Counter.WEB_REFUSED_TOKEN);
        room.refusals().refused(RefusalLog.Kind.TOKEN, address, "error", error.name());
        toDesk((_, session) -> session.send(AgentDesk.refusal(error)));
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
            toDesk((desk, session) -> desk.orders().onAccept(session, accept.call(), offer));
        } catch (SdpException e) {
            String problem = String.valueOf(e.getMessage());
            toDesk((desk, session) -> desk.orders().onBadAccept(session, accept.call(), problem));
        }
    }

    private void onEcho(ClientMessage.Echo echo) {
        try {
            SessionDescription offer = SdpParser.parse(echo.sdp(), SdpLimits.BROWSER);
            toDesk((desk, session) -> desk.echoes().open(session, echo, offer));
        } catch (SdpException e) {
            WebError.ErrorObject error = WebError.BAD_SDP.object(String.valueOf(e.getMessage()));
            toDesk((_, session) ->
                    session.send(new ServerMessage.DialRefused(echo.request(), error)));
        }
    }

    private void onReoffer(ClientMessage.Reoffer reoffer) {
        try {
            SessionDescription offer = SdpParser.parse(reoffer.sdp(), SdpLimits.BROWSER);
            toDesk((desk, session) -> desk.orders().onReoffer(session, reoffer, offer));
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
            toDesk((desk, session) -> desk.calls().onDial(session, dial, offer, address));
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

    // --- the desk's owner

    @Override
    public Pulse pulse() {
        return pulse;
    }

    @Override
    public void signedIn() {
        if (!room.all()) {
            place.giveBack();
        }
    }

    /// Jetty queues whole messages in the order of the calls, as many as its limit of outgoing
    /// frames; a page that reads too slowly for that is closed.
    @Override
    public void send(ServerMessage message) {
        if (!closing.get()) {
            String text = MessageWriter.write(message);
            room.recording().sent(getSession(), who, message, text);
            getSession()
                    .sendText(
                            text,
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
