package offhook.e2e.process;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.util.ArrayList;
import java.util.List;

/// Ports of the loopback address for the peers of a test. Each process draws from a block of its
/// own, so that those that run at once do not take each other's between the look and the use, and
/// claims another one when all of it is in use.
public final class Ports {
    /// Outside the gateway's ranges and below the ephemeral ports of Linux.
    private static final int FIRST = 20_000;

    private static final int LAST = 31_999;
    private static final int BLOCK = 500;

    /// sipp takes the pair after its media port as well, for video.
    private static final int STEP = 4;

    private static final int PAIRS = BLOCK / STEP;

    /// Those of this process, the one that is drawn from last. Under the monitor of the class.
    private static final List<Block> BLOCKS = new ArrayList<>(List.of(Block.claim()));

    private Ports() {}

    /// A block of ports. A bound socket at its last port says that it is taken, until the process
    /// ends, however it ends.
    private static final class Block {
        private final ServerSocket claim;
        private final int first;
        private int next;

        private Block(ServerSocket claim, int first) {
            this.claim = claim;
            this.first = first;
            this.next = first;
        }

        static Block claim() {
            for (int first = FIRST; first + BLOCK <= LAST + 1; first += BLOCK) {
                try {
                    return new Block(
                            new ServerSocket(
                                    first + BLOCK - 1, 1, InetAddress.getLoopbackAddress()),
                            first);
                } catch (IOException _) {
                    // Another process has it.
                }
            }
            throw new IllegalStateException("no free block of ports");
        }

        int next() {
            int port = next;
            int after = next + STEP;
            next = after + STEP <= claim.getLocalPort() ? after : first;
            return port;
        }
    }

    /// An even port that is free for UDP and TCP, as is the odd one after it (RFC 3550 §11).
    public static synchronized int freePair() {
        while (true) {
            for (int attempts = 0; attempts < PAIRS; attempts++) {
                int port = BLOCKS.getLast().next();
                if (isUdpFree(port) && isUdpFree(port + 1) && isTcpFree(port)) {
                    return port;
                }
            }
            BLOCKS.add(Block.claim());
        }
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
