package offhook.e2e.wan;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.IntPredicate;
import org.jspecify.annotations.Nullable;

/// A firewall between one peer and the gateway that lets datagrams through by what they are: by
/// their first byte, which tells STUN, DTLS and RTP apart (RFC 7983).
public final class Sieve implements AutoCloseable {
    private static final int LARGEST = 2048;

    private final InetSocketAddress gateway;
    private final IntPredicate passes;
    private final DatagramSocket near;
    private final DatagramSocket far;
    private final AtomicInteger stopped = new AtomicInteger();
    private volatile @Nullable SocketAddress peer; // set by the thread of `near`, read by both

    private Sieve(InetSocketAddress gateway, IntPredicate passes) {
        this.gateway = gateway;
        this.passes = passes;
        try {
            near = new DatagramSocket(0, InetAddress.getLoopbackAddress());
            far = new DatagramSocket(0, InetAddress.getLoopbackAddress());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        Thread.ofVirtual().start(() -> pass(near, far, true));
        Thread.ofVirtual().start(() -> pass(far, near, false));
    }

    /// Lets nothing through.
    public static Sieve blockingAll(InetSocketAddress gateway) {
        return new Sieve(gateway, _ -> false);
    }

    /// Lets everything through but DTLS.
    public static Sieve blockingDtls(InetSocketAddress gateway) {
        return new Sieve(gateway, first -> first < 20 || first > 63);
    }

    /// Where the peer is to send what is for the gateway.
    public int port() {
        return near.getLocalPort();
    }

    /// How many datagrams it did not let through.
    public int stopped() {
        return stopped.get();
    }

    private void pass(DatagramSocket from, DatagramSocket to, boolean towardGateway) {
        var packet = new DatagramPacket(new byte[LARGEST], LARGEST);
        try {
            while (true) {
                packet.setLength(LARGEST);
                from.receive(packet);
                if (towardGateway) {
                    peer = packet.getSocketAddress();
                }
                SocketAddress toward = towardGateway ? gateway : peer;
                if (toward == null || !passes.test(packet.getData()[0] & 0xff)) {
                    stopped.incrementAndGet();
                } else {
                    packet.setSocketAddress(toward);
                    to.send(packet);
                }
            }
        } catch (IOException _) {
            // Closed: the end of it.
        }
    }

    @Override
    public void close() {
        near.close();
        far.close();
    }
}
