package offhook.sip;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;

/// A listening TCP socket that accepts trunks only, and so many connections of each only. It goes
/// on after a failed accept: JAIN-SIP would stop accepting for good when file descriptors run out
/// once.
final class GuardedServerSocket extends ServerSocket {

    private static final long PAUSE_NANOS = 100_000_000;

    private final FrontDoor door;
    private final ConnectionCount open;

    GuardedServerSocket(InetSocketAddress bind, FrontDoor door, int maxConnections)
            throws IOException {
        this.door = door;
        this.open = new ConnectionCount(maxConnections);
        setReuseAddress(true);
        bind(bind);
    }

    @Override
    public Socket accept() throws IOException {
        while (true) {
            GuardedSocket socket = new GuardedSocket(door, true);
            try {
                implAccept(socket);
                Optional<String> trunk = door.admitConnection(socket.getInetAddress());
                if (trunk.isPresent() && open.take(trunk.get())) {
                    socket.connected(() -> open.giveBack(trunk.get()));
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
