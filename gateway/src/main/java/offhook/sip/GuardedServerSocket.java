package offhook.sip;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import java.util.function.Function;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// A listening TCP socket that accepts only whom it is told to, and so many connections of each
/// only. It goes on after a failed accept, and after a defect of ours in admitting one: JAIN-SIP
/// would stop accepting for good when file descriptors run out once.
final class GuardedServerSocket extends ServerSocket {

    private static final Logger LOG = LogManager.getLogger(GuardedServerSocket.class);
    private static final long PAUSE_NANOS = 100_000_000;

    private final FrontDoor door;
    private final ListenerWatch.Listener listener;
    private final Function<InetAddress, Optional<Runnable>> admission;

    /// @param transport as operators call it: tcp or tls
    /// @param admission takes a place for a connection from an address, and says how to give it
    ///   back; empty: there is none for it
    GuardedServerSocket(
            String transport,
            InetSocketAddress bind,
            FrontDoor door,
            Function<InetAddress, Optional<Runnable>> admission)
            throws IOException {
        this.door = door;
        this.admission = admission;
        setReuseAddress(true);
        bind(bind);
        this.listener = door.listeners().add(transport, bind, this::isClosed);
    }

    @Override
    public GuardedSocket accept() throws IOException {
        listener.awaits();
        while (true) {
            GuardedSocket socket = new GuardedSocket(door, true);
            try {
                implAccept(socket);
                Optional<Runnable> place = admission.apply(socket.getInetAddress());
                if (place.isPresent()) {
                    socket.opened(place.get());
                    return socket;
                }
                socket.close();
            } catch (IOException e) {
                socket.close();
                if (isClosed()) {
                    throw e;
                }
                goOnAfter(e);
            } catch (RuntimeException defect) {
                socket.close();
                LOG.error("defect while a connection was taken", defect);
                goOnAfter(new IOException("a defect of the gateway: " + defect, defect));
            }
        }
    }

    private void goOnAfter(IOException failure) {
        listener.failed(failure);
        // No lock: the accepting thread owns this loop and has nobody to wait for.
        LockSupport.parkNanos(PAUSE_NANOS);
    }
}
