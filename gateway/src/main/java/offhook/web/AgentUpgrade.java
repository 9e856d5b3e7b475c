package offhook.web;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import offhook.http.ClientAddress;
import offhook.telemetry.Counter;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.server.ServerUpgradeRequest;
import org.eclipse.jetty.websocket.server.ServerUpgradeResponse;
import org.eclipse.jetty.websocket.server.WebSocketCreator;
import org.jspecify.annotations.Nullable;

/// Decides whether a WebSocket may be opened at `/agent`, or at `/guest` by visitors of sites,
/// before the upgrade (RFC 6455 §4.2.2): only from an allowed origin, and not too many by
/// strangers. Jetty's threads.
final class AgentUpgrade implements WebSocketCreator {

    static final String PATH = "/agent";

    static final String GUEST_PATH = "/guest";

    private final SocketRoom room;
    private final Predicate<String> origins;
    private final Function<String, TokenChecker> tokens;

    private AgentUpgrade(
            SocketRoom room, Predicate<String> origins, Function<String, TokenChecker> tokens) {
        this.room = room;
        this.origins = origins;
        this.tokens = tokens;
    }

    static AgentUpgrade ofAgents(SocketRoom room, Origins origins) {
        return new AgentUpgrade(
                room, origin -> origins.allows(Optional.of(origin)), _ -> room.tokens());
    }

    /// A visitor's token counts from pages of its own site only.
    static AgentUpgrade ofGuests(SocketRoom room, GuestTokens guests) {
        return new AgentUpgrade(
                room, guests::allows, origin -> token -> guests.check(token, origin));
    }

    @Override
    public @Nullable Object createWebSocket(
            ServerUpgradeRequest request, ServerUpgradeResponse response, Callback callback) {
        Optional<String> origin = admitted(room, origins, request, response, callback);
        return origin.map(from ->
                        AgentSocket.open(room.with(tokens.apply(from)), ClientAddress.of(request)))
                .orElse(null);
    }

    /// The origin of a socket that may be opened; empty when the request is answered.
    static Optional<String> admitted(
            SocketRoom room,
            Predicate<String> origins,
            ServerUpgradeRequest request,
            ServerUpgradeResponse response,
            Callback callback) {
        List<String> origin = request.getHeaders().getValuesList(HttpHeader.ORIGIN);
        String address = ClientAddress.of(request);
        if (origin.size() != 1 || !origins.test(origin.getFirst())) {
            room.counters().increment(Counter.WEB_REFUSED_ORIGIN);
            room.refusals().refused(RefusalLog.Kind.ORIGIN, address, "origin", origin.toString());
            HttpAnswer.error(response, callback, HttpStatus.FORBIDDEN_403, WebError.FORBIDDEN);
            return Optional.empty();
        }
        if (room.strangers().isFull(address)) {
            room.refusals().refused(RefusalLog.Kind.SOCKET, address, "reason", "too-many");
            response.getHeaders().put(HttpHeader.RETRY_AFTER, room.limits().signIn().toSeconds());
            HttpAnswer.error(response, callback, HttpStatus.SERVICE_UNAVAILABLE_503, WebError.BUSY);
            return Optional.empty();
        }
        // No permessage-deflate: a decompressor for strangers is a way to exhaust memory.
        response.setExtensions(List.of());
        return Optional.of(origin.getFirst());
    }
}
