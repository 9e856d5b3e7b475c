package offhook.ops;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.rmi.server.RMIServerSocketFactory;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;

/// Makes the listening socket of the remote JMX port: on one address, with TLS, and with so many
/// connections at most. Registry and connector share it, being of one factory.
final class JmxSockets implements RMIServerSocketFactory {

    /// A console has about four.
    private static final int MOST_CONNECTIONS = 64;

    private static final int BACKLOG = 16;
    private static final long PAUSE_NANOS = 100_000_000;

    private final InetAddress address;
    private final SSLContext tls;
    private final AtomicInteger open = new AtomicInteger();

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
        private Socket secured(Socket socket) throws IOException {
            SSLSocket secured =
                    (SSLSocket)
                            tls.getSocketFactory()
                                    .createSocket(
                                            socket,
                                            socket.getInetAddress().getHostAddress(),
                                            socket.getPort(),
                                            true);
            secured.setUseClientMode(false);
            return secured;
        }
    }

    /// A connection that gives its place back when it is closed.
    private final class Counted extends Socket {

        private final AtomicBoolean holds = new AtomicBoolean();

        /// Whether there was a place for it.
        boolean isCounted() {
            if (open.incrementAndGet() > MOST_CONNECTIONS) {
                open.decrementAndGet();
                return false;
            }
            holds.set(true);
            return true;
        }

        @Override
        public void close() throws IOException {
            if (holds.compareAndSet(true, false)) {
                open.decrementAndGet();
            }
            super.close();
        }
    }
}
