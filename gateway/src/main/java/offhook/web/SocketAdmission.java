package offhook.web;

import java.util.List;
import java.util.Optional;
import offhook.telemetry.Counter;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.http.HttpStatus;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.server.ServerUpgradeRequest;
import org.eclipse.jetty.websocket.server.ServerUpgradeResponse;

/// What holds for every WebSocket before its upgrade (RFC 6455 §4.2.2): only from an allowed
/// origin, and not too many by strangers. Jetty's threads.
record SocketAdmission(AgentSocket.Room room, Origins origins) {

    /// Whether a socket may be opened; if not, the request is answered.
    boolean admits(
            ServerUpgradeRequest request, ServerUpgradeResponse response, Callback callback) {
        List<String> origin = request.getHeaders().getValuesList(HttpHeader.ORIGIN);
        String address = ClientAddress.of(request);
        if (origin.size() != 1 || !origins.allows(Optional.of(origin.getFirst()))) {
            room.counters().increment(Counter.WEB_REFUSED_ORIGIN);
            room.refusals().refused(RefusalLog.Kind.ORIGIN, address, "origin", origin.toString());
            HttpAnswer.error(response, callback, HttpStatus.FORBIDDEN_403, WebError.FORBIDDEN);
            return false;
        }
        if (room.strangers().isFull(address)) {
            room.refusals().refused(RefusalLog.Kind.SOCKET, address, "reason", "too-many");
            response.getHeaders().put(HttpHeader.RETRY_AFTER, room.limits().signIn().toSeconds());
            HttpAnswer.error(response, callback, HttpStatus.SERVICE_UNAVAILABLE_503, WebError.BUSY);
            return false;
        }
        // No permessage-deflate: a decompressor for strangers is a way to exhaust memory.
        response.setExtensions(List.of());
        return true;
    }
}
