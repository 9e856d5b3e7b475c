package offhook.e2e.process;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.concurrent.atomic.AtomicInteger;

/// Ports of the loopback address for the peers of a test.
public final class Ports {
    /// Outside the gateway's ranges and below the ephemeral ports of Linux.
    private static final int FIRST = 20_000;

    private static final int LAST = 31_998;
    private static final AtomicInteger NEXT =
            new AtomicInteger(FIRST + (int) (ProcessHandle.current().pid() % 1_000) * 10);

    private Ports() {}

    /// An even port that is free for UDP and TCP, as is the odd one after it (RFC 3550 §11).
    public static int freePair() {
        for (int attempts = 0; attempts < 5_000; attempts++) {
            int port = NEXT.getAndUpdate(p -> p + 4 > LAST ? FIRST : p + 4) & ~1;
            if (isUdpFree(port) && isUdpFree(port + 1) && isTcpFree(port)) {
                return port;
            }
        }
        throw new IllegalStateException("no free pair of ports");
    }

    /// Says whether a UDP socket can be bound on the loopback address.
    public static boolean isUdpFree(int port) {
        try (DatagramSocket socket = new DatagramSocket(loopback(port))) {
            return socket.isBound();
        } catch (IOException e) {
            return false;
        }
    }

    /// Says whether a TCP server can be bound on the loopback address.
    public static boolean isTcpFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(loopback(port));
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    private static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }
}
