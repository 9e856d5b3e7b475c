package offhook.ops;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.rmi.server.RMIServerSocketFactory;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.jspecify.annotations.Nullable;

/// Makes the listening socket of the remote JMX port: on one address, with TLS, and with so many
/// connections at most. Registry and connector share it, being of one factory.
final class JmxSockets implements RMIServerSocketFactory {

    /// A console has about four.
    private static final int MOST_CONNECTIONS = 64;

    /// Consoles of one machine; one address alone does not shut out the others.
    private static final int MOST_OF_AN_ADDRESS = 16;

    /// Of one that has not shaken hands.
    private static final int HANDSHAKE_MILLIS = 5_000;

    private static final int BACKLOG = 16;
    private static final long PAUSE_NANOS = 100_000_000;

    private final InetAddress address;
    private final SSLContext tls;
    private final AtomicInteger open = new AtomicInteger();
    private final Map<InetAddress, Integer> byAddress = new ConcurrentHashMap<>();

    JmxSockets(InetAddress address, SSLContext tls) {
        this.address = address;
        this.tls = tls;
    }

    @Override
    public ServerSocket createServerSocket(int port) throws IOException {
        return new Listener(port);
    }

    private final class Listener extends ServerSocket {

        Listener(int port) throws IOException {
            setReuseAddress(true);
            bind(new InetSocketAddress(address, port), BACKLOG);
        }

        @Override
        public Socket accept() throws IOException {
            while (true) {
                Counted socket = new Counted();
                try {
                    implAccept(socket);
                    socket.setSoTimeout(HANDSHAKE_MILLIS);
                    if (socket.isCounted()) {
                        return secured(socket);
                    }
                    socket.close();
                } catch (IOException e) {
                    socket.close();
                    if (isClosed()) {
                        throw e;
                    }
                    // No lock: the accepting thread has nobody to wait for.
                    LockSupport.parkNanos(PAUSE_NANOS);
                }
            }
        }

        /// Hands are shaken when somebody reads, on the connection's own thread.
        private Socket secured(Counted socket) throws IOException {
            SSLSocket secured =
                    (SSLSocket)
                            tls.getSocketFactory()
                                    .createSocket(
                                            socket,
                                            socket.getInetAddress().getHostAddress(),
                                            socket.getPort(),
                                            true);
            secured.setUseClientMode(false);
            secured.addHandshakeCompletedListener(_ -> socket.shookHands());
            return secured;
        }
    }

    /// A connection that gives its place back when it is closed.
    private final class Counted extends Socket {

        private final AtomicBoolean holds = new AtomicBoolean();

        /// Written by who serves it, read when hands were shaken.
        private volatile int wantedMillis;

        private volatile boolean handsShaken;

        /// Written before it is served.
        private @Nullable InetAddress peer;

        /// Whether there was a place for it.
        boolean isCounted() {
            if (open.incrementAndGet() > MOST_CONNECTIONS) {
                open.decrementAndGet();
                return false;
            }
            InetAddress from = getInetAddress();
            peer = from;
            if (byAddress.merge(from, 1, Integer::sum) > MOST_OF_AN_ADDRESS) {
                giveBack();
                return false;
            }
            holds.set(true);
            return true;
        }

        private void giveBack() {
            open.decrementAndGet();
            InetAddress from = peer;
            if (from != null) {
                byAddress.computeIfPresent(from, (_, count) -> count == 1 ? null : count - 1);
            }
        }

        /// RMI gives every connection the patience that a console may need; one that has not shown
        /// that it speaks TLS gets little.
        @Override
        public void setSoTimeout(int millis) throws SocketException {
            wantedMillis = millis;
            super.setSoTimeout(handsShaken ? millis : HANDSHAKE_MILLIS);
        }

        void shookHands() {
            handsShaken = true;
            try {
                super.setSoTimeout(wantedMillis);
            } catch (SocketException _) {
                // It is closed already.
            }
        }

        @Override
        public void close() throws IOException {
            if (holds.compareAndSet(true, false)) {
                giveBack();
            }
            super.close();
        }
    }
}
