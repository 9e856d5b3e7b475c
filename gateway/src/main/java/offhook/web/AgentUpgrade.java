package offhook.web;

import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.websocket.server.ServerUpgradeRequest;
import org.eclipse.jetty.websocket.server.ServerUpgradeResponse;
import org.eclipse.jetty.websocket.server.WebSocketCreator;
import org.jspecify.annotations.Nullable;

/// Opens the WebSockets of pages, at `/agent`. Jetty's threads.
final class AgentUpgrade implements WebSocketCreator {

    static final String PATH = "/agent";

    private final AgentSocket.Room room;
    private final SocketAdmission admission;

    AgentUpgrade(AgentSocket.Room room, SocketAdmission admission) {
        this.room = room;
        this.admission = admission;
    }

    @Override
    public @Nullable Object createWebSocket(
            ServerUpgradeRequest request, ServerUpgradeResponse response, Callback callback) {
        return admission.admits(request, response, callback)
                ? new AgentSocket(room, ClientAddress.of(request))
                : null;
    }
}
