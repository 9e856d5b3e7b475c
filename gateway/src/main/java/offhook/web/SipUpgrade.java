package offhook.web;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import offhook.http.ClientAddress;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.server.ServerUpgradeRequest;
import org.eclipse.jetty.websocket.server.ServerUpgradeResponse;
import org.eclipse.jetty.websocket.server.WebSocketCreator;
import org.jspecify.annotations.Nullable;

/// Opens the WebSockets of SIP phones in browsers, at `/sip`, for clients that ask for the
/// subprotocol `sip` (RFC 7118 §4). Jetty's threads.
final class SipUpgrade implements WebSocketCreator {

    static final String PATH = "/sip";
    private static final String SUBPROTOCOL = "sip";

    private final SocketRoom room;
    private final Origins origins;

    /// Written once, before the server starts.
    private final AtomicReference<Optional<SocketService>> service =
            new AtomicReference<>(Optional.empty());

    SipUpgrade(SocketRoom room, Origins origins) {
        this.room = room;
        this.origins = origins;
    }

    void serve(SocketService by) {
        service.set(Optional.of(by));
    }

    @Override
    public @Nullable Object createWebSocket(
            ServerUpgradeRequest request, ServerUpgradeResponse response, Callback callback) {
        Optional<SocketService> by = service.get();
        if (by.isEmpty()) {
            HttpAnswer.error(response, callback, HttpStatus.NOT_FOUND_404, WebError.NOT_FOUND);
            return null;
        }
        if (AgentUpgrade.admitted(
                        room,
                        origin -> origins.allows(Optional.of(origin)),
                        request,
                        response,
                        callback)
                .isEmpty()) {
            return null;
        }
        if (!request.hasSubProtocol(SUBPROTOCOL)) {
            response.getHeaders().put(HttpHeader.SEC_WEBSOCKET_SUBPROTOCOL, SUBPROTOCOL);
            HttpAnswer.error(response, callback, HttpStatus.BAD_REQUEST_400, WebError.MALFORMED);
            return null;
        }
        response.setAcceptedSubProtocol(SUBPROTOCOL);
        return SipSocket.open(room, ClientAddress.of(request), by.get());
    }
}
