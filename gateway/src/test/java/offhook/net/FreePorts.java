package offhook.net;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;

/// Ports of the loopback address for what a test starts later. A port that the system has just
/// given and taken back may be anybody's a moment after: these lie above its ephemeral ones, and
/// each process draws from a block of its own.
public final class FreePorts {

    /// The first above what Linux gives to sockets that ask for any (ip_local_port_range).
    private static final int FIRST = 61_000;

    private static final int LAST = 65_535;
    private static final int BLOCK = 150;

    /// A bound socket at the block's first port says that it is taken, until the process ends,
    /// however it ends.
    private static final ServerSocket CLAIM = claim();

    /// The one that was drawn last. Under the monitor of the class.
    private static int last = CLAIM.getLocalPort();

    private FreePorts() {}

    private static ServerSocket claim() {
        for (int first = FIRST; first + BLOCK <= LAST + 1; first += BLOCK) {
            try {
                return new ServerSocket(first, 1, InetAddress.getLoopbackAddress());
            } catch (IOException _) {
                // Another process has it.
            }
        }
        throw new IllegalStateException("no free block of ports");
    }

    /// A port that is free for UDP and TCP, and not drawn again soon.
    public static synchronized int next() {
        for (int attempts = 1; attempts < BLOCK; attempts++) {
            int first = CLAIM.getLocalPort();
            last = last + 1 < first + BLOCK ? last + 1 : first + 1;
            if (isFree(last)) {
                return last;
            }
        }
        throw new IllegalStateException("all ports of the block are in use");
    }

    /// The address of such a port.
    public static InetSocketAddress nextAddress() {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), next());
    }

    private static boolean isFree(int port) {
        InetSocketAddress address = new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
        try (DatagramSocket udp = new DatagramSocket(address);
                ServerSocket tcp = new ServerSocket()) {
            tcp.setReuseAddress(true);
            tcp.bind(address);
            return udp.isBound();
        } catch (IOException e) {
            return false;
        }
    }
}
