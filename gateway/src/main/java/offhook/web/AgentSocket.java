package offhook.web;

import java.util.Optional;
import offhook.sdp.SdpException;
import offhook.sdp.SdpLimits;
import offhook.sdp.SdpParser;
import offhook.sdp.SessionDescription;
import offhook.telemetry.Counter;

/// What is said with one page: translates its messages into commands of the desk, and those of the
/// desk back. [PageLink]'s methods are called by the desk's owner.
final class AgentSocket implements Conversation, PageLink {

    private static final JettySocket.Shape SHAPE =
            new JettySocket.Shape(WebLimits.MAX_MESSAGE_BYTES, false);

    private final SocketRoom room;
    private final JettySocket socket;
    private final Pulse pulse = new Pulse();

    /// Who signed in. Written by the thread of the message, read by the desk's owner.
    private volatile String who = "";

    private AgentSocket(SocketRoom room, JettySocket socket) {
        this.room = room;
        this.socket = socket;
    }

    /// The WebSocket of a page.
    static JettySocket open(SocketRoom room, String address, SocketPlace place) {
        return new JettySocket(
                room, address, place, SHAPE, socket -> new AgentSocket(room, socket));
    }

    // --- the socket

    @Override
    public void onOpened() {
        post(() -> room.desk().onOpened(this));
    }

    /// What idle pages say, and that nothing has changed: nearly all there is to read.
    @Override
    public boolean onGlance(String text) {
        ClientMessage usual = MessageReader.usual(text);
        if (usual == null) {
            return false;
        }
        onMessage(usual);
        return true;
    }

    @Override
    public void onText(String text) {
        try {
            ClientMessage message = MessageReader.read(text);
            room.recording().received(socket.session(), who, message, text);
            onMessage(message);
        } catch (MessageException e) {
            onRefused(e);
        }
    }

    /// There are none, see the shape.
    @Override
    public void onBinary(byte[] message) {}

    /// Pages are asked by messages: their browsers answer for frozen ones too.
    @Override
    public void onPong() {}

    @Override
    public void onClosed(int code) {
        boolean left = code == CloseCode.LEFT;
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
            case TokenCheck.Valid valid when !valid.who().mayBeAt(hello.instance()) ->
                    refuseToken(WebError.BAD_TOKEN);
            case TokenCheck.Valid valid -> {
                who = valid.who().name();
                post(() -> enter(valid, hello));
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
            case TokenCheck.Valid valid -> toDesk((desk, session) -> renew(desk, session, valid));
            case TokenCheck.Expired _ -> refuseRenewal(WebError.TOKEN_EXPIRED.object());
            case TokenCheck.Revoked _ -> refuseRenewal(WebError.TOKEN_REVOKED.object());
            case TokenCheck.Invalid _ -> refuseRenewal(WebError.BAD_TOKEN.object());
            case TokenCheck.Unknown _ -> refuseRenewal(keysMissing());
        }
    }

    /// On the desk's owner. Whoever revokes tokens sends away those who are there, and whoever
    /// changes users tells those: who comes after that is looked at once more.
    private void enter(TokenCheck.Valid found, ClientMessage.Hello hello) {
        Optional<TokenCheck.Valid> token = room.tokens().still(found);
        if (token.isEmpty()) {
            refuseToken(WebError.TOKEN_REVOKED);
            return;
        }
        if (!room.all()) {
            room.refusals().granted("agent:" + who, "connect", socket.address());
        }
        room.desk().onHello(this, token.get().who(), hello, found.remaining());
    }

    private void renew(AgentDesk desk, AgentSession session, TokenCheck.Valid found) {
        Optional<TokenCheck.Valid> token = room.tokens().still(found);
        if (token.isPresent()) {
            desk.onToken(session, token.get().who(), found.remaining());
        } else {
            WebError.ErrorObject error = WebError.TOKEN_REVOKED.object();
            countRefusal(error);
            session.send(AgentDesk.refusal(error));
        }
    }

    private static WebError.ErrorObject keysMissing() {
        return WebError.BUSY.object("The keys that tokens are checked with cannot be had.");
    }

    private void refuseRenewal(WebError.ErrorObject error) {
        countRefusal(error);
        toDesk((_, session) -> session.send(AgentDesk.refusal(error)));
    }

    private void countRefusal(WebError.ErrorObject error) {
        room.counters().increment(Counter.WEB_REFUSED_TOKEN);
        room.refusals().refused(RefusalLog.Kind.TOKEN, socket.address(), "error", error.name());
    }

    private void refuseToken(WebError error) {
        countRefusal(error.object());
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
            toDesk((desk, session) -> desk.calls().onDial(session, dial, offer, socket.address()));
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
            socket.refuse(CloseCode.NOT_UNDERSTOOD, problem);
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

    // --- the desk's owner

    @Override
    public Pulse pulse() {
        return pulse;
    }

    @Override
    public void signedIn() {
        socket.signedIn();
    }

    @Override
    public void send(ServerMessage message) {
        if (!socket.isClosing()) {
            String text = MessageWriter.write(message);
            room.recording().sent(socket.session(), who, message, text);
            socket.send(text);
        }
    }

    @Override
    public void close(int code, String reason) {
        socket.close(code, reason);
    }
}
