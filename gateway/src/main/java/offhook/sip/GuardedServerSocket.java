package offhook.sip;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.locks.LockSupport;

/// A listening TCP socket that accepts trunks only, and so many connections only. It goes on after
/// a failed accept: JAIN-SIP would stop accepting for good when file descriptors run out once.
final class GuardedServerSocket extends ServerSocket {

    private static final long PAUSE_NANOS = 100_000_000;

    private final FrontDoor door;
    private final int maxConnections;
    private final AtomicInteger open = new AtomicInteger();

    GuardedServerSocket(InetSocketAddress bind, FrontDoor door, int maxConnections)
            throws IOException {
        this.door = door;
        this.maxConnections = maxConnections;
        setReuseAddress(true);
        bind(bind);
    }

    @Override
    public Socket accept() throws IOException {
        while (true) {
            GuardedSocket socket = new GuardedSocket(door, true, open);
            try {
                implAccept(socket);
                if (open.get() < maxConnections && door.admitsConnection(socket.getInetAddress())) {
                    socket.connected();
                    return socket;
                }
                socket.close();
            } catch (IOException e) {
                socket.close();
                if (isClosed()) {
                    throw e;
                }
                // No lock: JAIN-SIP's accepting thread owns this loop and has nobody to wait for.
                LockSupport.parkNanos(PAUSE_NANOS);
            }
        }
    }
}
