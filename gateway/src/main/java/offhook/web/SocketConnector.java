package offhook.web;

import java.nio.channels.SelectionKey;
import java.nio.channels.SocketChannel;
import org.eclipse.jetty.io.Connection;
import org.eclipse.jetty.io.EndPoint;
import org.eclipse.jetty.io.ManagedSelector;
import org.eclipse.jetty.io.SocketChannelEndPoint;
import org.eclipse.jetty.io.ssl.SslConnection;
import org.eclipse.jetty.server.HttpConnectionFactory;
import org.eclipse.jetty.server.Server;
import org.eclipse.jetty.server.ServerConnector;
import org.eclipse.jetty.util.Callback;
import org.eclipse.jetty.util.ssl.SslContextFactory;
import org.eclipse.jetty.util.thread.Scheduler;
import org.eclipse.jetty.websocket.core.WebSocketConnection;

/// Listens as Jetty does, and has WebSockets read by the thread that watches them, as [JettySocket]
/// never keeps it waiting. Jetty itself has each read by another thread, and wakes the watching one
/// again when that is done: three threads woken where one is awake already. HTTP, and the handshake
/// of TLS, stay with threads that may wait.
final class SocketConnector extends ServerConnector {

    SocketConnector(Server server, HttpConnectionFactory http) {
        super(server, http);
    }

    SocketConnector(Server server, SslContextFactory.Server tls, HttpConnectionFactory http) {
        super(server, tls, http);
    }

    @Override
    protected SocketChannelEndPoint newEndPoint(
            SocketChannel channel, ManagedSelector selector, SelectionKey key) {
        SocketChannelEndPoint made = new Socket(channel, selector, key, getScheduler());
        made.setIdleTimeout(getIdleTimeout());
        return made;
    }

    private static final class Socket extends SocketChannelEndPoint {

        Socket(
                SocketChannel channel,
                ManagedSelector selector,
                SelectionKey key,
                Scheduler scheduler) {
            super(channel, selector, key, scheduler);
        }

        @Override
        public void fillInterested(Callback callback) {
            super.fillInterested(read(callback));
        }

        @Override
        public boolean tryFillInterested(Callback callback) {
            return super.tryFillInterested(read(callback));
        }

        private Callback read(Callback callback) {
            return isWebSocket(getConnection()) ? new OnTheSpot(callback) : callback;
        }

        /// Over TLS, WebSockets come to be after the handshake.
        private static boolean isWebSocket(Connection connection) {
            if (connection instanceof SslConnection tls) {
                EndPoint inside = tls.getSslEndPoint();
                return inside.getConnection() instanceof WebSocketConnection;
            }
            return connection instanceof WebSocketConnection;
        }
    }

    /// Reads on the thread that saw that there is something to be read.
    private record OnTheSpot(Callback reading) implements Callback {

        @Override
        public void succeeded() {
            reading.succeeded();
        }

        @Override
        public void failed(Throwable cause) {
            reading.failed(cause);
        }

        @Override
        public InvocationType getInvocationType() {
            return InvocationType.NON_BLOCKING;
        }
    }
}
