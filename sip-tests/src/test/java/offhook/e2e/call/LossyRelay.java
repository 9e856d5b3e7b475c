package offhook.e2e.call;

import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketException;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.random.RandomGenerator;
import java.util.random.RandomGeneratorFactory;

/// A way between browsers and the gateway's media port that loses what it is told to of the audio
/// toward the browsers, and nothing else. Each browser has a socket of its own toward the gateway,
/// as behind a NAT.
final class LossyRelay implements AutoCloseable {
    private static final int MAX_BYTES = 2048;
    private static final long SEED = 1601;

    private final RandomGenerator random = RandomGeneratorFactory.getDefault().create(SEED);
    private final Map<InetSocketAddress, DatagramSocket> far = new ConcurrentHashMap<>();
    private final InetSocketAddress gateway;
    private final DatagramSocket near;
    private volatile double loss; // written by the test, read by the relay's threads

    /// @param mediaPort of the gateway, on the loopback address
    LossyRelay(int mediaPort) throws SocketException {
        this.gateway = new InetSocketAddress(InetAddress.getLoopbackAddress(), mediaPort);
        this.near = new DatagramSocket(new InetSocketAddress(gateway.getAddress(), 0));
        Thread.ofVirtual().start(this::fromBrowsers);
    }

    int port() {
        return near.getLocalPort();
    }

    /// From now on, the share of audio packets that do not arrive, 0 to 1.
    void lose(double share) {
        loss = share;
    }

    private void fromBrowsers() {
        pump(
                near,
                packet -> {
                    var browser = (InetSocketAddress) packet.getSocketAddress();
                    DatagramSocket toGateway = far.get(browser);
                    if (toGateway == null) {
                        toGateway =
                                new DatagramSocket(
                                        new InetSocketAddress(near.getLocalAddress(), 0));
                        far.put(browser, toGateway);
                        DatagramSocket fromGateway = toGateway;
                        Thread.ofVirtual().start(() -> fromGateway(fromGateway, browser));
                    }
                    packet.setSocketAddress(gateway);
                    toGateway.send(packet);
                });
    }

    private void fromGateway(DatagramSocket socket, InetSocketAddress browser) {
        pump(
                socket,
                packet -> {
                    if (!isAudio(packet) || random.nextDouble() >= loss) {
                        packet.setSocketAddress(browser);
                        near.send(packet);
                    }
                });
    }

    /// Neither STUN, DTLS (RFC 7983) nor RTCP (RFC 5761 §4).
    private static boolean isAudio(DatagramPacket packet) {
        int first = packet.getData()[0] & 0xFF;
        int payloadType = packet.getData()[1] & 0x7F;
        return first >= 128 && first < 192 && (payloadType < 64 || payloadType >= 96);
    }

    private interface Handler {
        void handle(DatagramPacket packet) throws IOException;
    }

    private static void pump(DatagramSocket socket, Handler handler) {
        var packet = new DatagramPacket(new byte[MAX_BYTES], MAX_BYTES);
        try {
            while (true) {
                packet.setLength(MAX_BYTES);
                socket.receive(packet);
                handler.handle(packet);
            }
        } catch (IOException e) {
            // Closed: the test is over.
        }
    }

    @Override
    public void close() {
        near.close();
        far.values().forEach(DatagramSocket::close);
    }
}
