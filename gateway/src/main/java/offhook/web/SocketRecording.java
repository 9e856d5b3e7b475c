package offhook.web;

import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import offhook.call.CallId;
import offhook.trace.MessageTap;
import offhook.trace.Passed;
import org.eclipse.jetty.websocket.api.Session;

/// Shows whoever records what passes the WebSockets: SIP of phones, and what pages and we say of
/// calls. Sign-ins, heartbeats and figures are not shown. Any thread.
final class SocketRecording {

    /// As [MessageWriter] begins what it says of a call.
    private static final Pattern OF_CALL =
            Pattern.compile("\\{\"type\":\"([a-z-]+)\",\"call\":\"([0-9a-f]{24})\".*");

    private static final InetSocketAddress UNKNOWN = InetSocketAddress.createUnresolved("?", 0);

    private final InstantSource wallClock;

    /// Written once, before the server starts.
    private volatile MessageTap tap = MessageTap.NONE;

    SocketRecording(InstantSource wallClock) {
        this.wallClock = wallClock;
    }

    void showTo(MessageTap recorder) {
        tap = recorder;
    }

    /// A SIP message passed.
    ///
    /// @param peer whose phone it is; empty before its REGISTER
    void sip(Session session, boolean sent, String peer, byte[] message) {
        pass(session, sent, Passed.Kind.SIP, peer, "", message);
    }

    /// A page said something.
    void received(Session session, String peer, ClientMessage message, String text) {
        switch (message) {
            case ClientMessage.Quality _, ClientMessage.Warning _ -> {}
            case ClientMessage.OfCall ofCall ->
                    page(session, false, peer, name(ofCall.call()), text);
            case ClientMessage.Dial dial ->
                    page(session, false, peer, name(session, dial.request()), text);
            default -> {}
        }
    }

    /// We say something to a page.
    void sent(Session session, String peer, ServerMessage message, String text) {
        boolean figures =
                message instanceof ServerMessage.Quality || message instanceof ServerMessage.Digit;
        Matcher ofCall = OF_CALL.matcher(text);
        if (figures || tap.equals(MessageTap.NONE) || !ofCall.matches()) {
            return;
        }
        CallId call = new CallId(ofCall.group(2));
        if (message instanceof ServerMessage.Dialled(String request, CallId _)) {
            tap.belongs(name(session, request), call);
        }
        tap.belongs(name(call), call);
        page(session, true, peer, name(call), text);
    }

    private static String name(CallId call) {
        return "page " + call;
    }

    private static String name(Session session, String request) {
        return "page " + session.getRemoteSocketAddress() + " " + request;
    }

    private void page(Session session, boolean sent, String peer, String name, String text) {
        pass(session, sent, Passed.Kind.PAGE, peer, name, text.getBytes(StandardCharsets.UTF_8));
    }

    private void pass(
            Session session,
            boolean sent,
            Passed.Kind kind,
            String peer,
            String name,
            byte[] message) {
        MessageTap to = tap;
        if (!to.equals(MessageTap.NONE)) {
            to.passed(
                    new Passed(
                            wallClock.instant(),
                            sent,
                            kind,
                            session.isSecure() ? "wss" : "ws",
                            address(session.getLocalSocketAddress()),
                            address(session.getRemoteSocketAddress()),
                            peer,
                            name,
                            message));
        }
    }

    private static InetSocketAddress address(SocketAddress address) {
        return address instanceof InetSocketAddress known ? known : UNKNOWN;
    }
}
