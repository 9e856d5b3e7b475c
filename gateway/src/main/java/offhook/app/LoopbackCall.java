package offhook.app;

import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import offhook.config.AgentsConfig;
import offhook.config.GatewayConfig;
import offhook.config.LimitsConfig;
import offhook.config.Listen;
import offhook.config.LoadedConfig;
import offhook.config.MediaConfig;
import offhook.config.NodeConfig;
import offhook.config.OpsConfig;
import offhook.config.PortRange;
import offhook.config.SipConfig;
import offhook.config.WebConfig;
import offhook.ops.ProbeReport;

/// A call through a gateway that is started for it alone: as configured, but on loopback and free
/// ports, and without trunks, agents or anything else that the outside would see.
public final class LoopbackCall {

    private static final int FIRST_PORT = 20_000;
    private static final int LAST_PORT = 30_000;
    private static final int PORTS_OF_A_LOOP = 8;
    private static final Duration LONGEST = Duration.ofSeconds(30);

    private LoopbackCall() {}

    /// Starts it, calls, and stops it.
    ///
    /// @throws IOException when it cannot be started
    public static ProbeReport make(GatewayConfig config) throws IOException {
        GatewayConfig alone = alone(config);
        Gateway gateway = Gateway.start(alone, () -> new LoadedConfig(alone, List.of()));
        try {
            return gateway.probe();
        } finally {
            gateway.stop();
        }
    }

    private static GatewayConfig alone(GatewayConfig config) throws IOException {
        InetAddress loopback = InetAddress.getByAddress(new byte[] {127, 0, 0, 1});
        MediaConfig media = config.media();
        return new GatewayConfig(
                new NodeConfig("selftest", Optional.of(loopback)),
                new SipConfig(
                        List.of(new Listen("udp", freeUdp(loopback))),
                        freePorts(loopback, media.loops())),
                List.of(),
                List.of(),
                List.of(),
                new AgentsConfig(
                        List.of(),
                        config.agents().tokenLifetime(),
                        Optional.empty(),
                        config.agents().grace(),
                        Optional.empty()),
                new WebConfig(
                        List.of(new Listen("http", freeTcp(loopback))),
                        List.of(),
                        Optional.empty(),
                        List.of(),
                        Optional.empty()),
                new MediaConfig(
                        new Listen("udp", freeUdp(loopback)),
                        media.browserCodecs(),
                        media.opus(),
                        media.loops(),
                        media.jitterMaxMillis(),
                        media.sounds(),
                        List.of()),
                new OpsConfig(Optional.empty(), Optional.empty(), Optional.empty()),
                new LimitsConfig(
                        config.limits().maxCalls(),
                        config.limits().sipRequestsPerSecond(),
                        LONGEST,
                        LONGEST),
                config.numbers());
    }

    private static InetSocketAddress freeUdp(InetAddress address) throws IOException {
        try (DatagramSocket socket = new DatagramSocket(0, address)) {
            return (InetSocketAddress) socket.getLocalSocketAddress();
        }
    }

    private static InetSocketAddress freeTcp(InetAddress address) throws IOException {
        try (ServerSocket socket = new ServerSocket(0, 1, address)) {
            return (InetSocketAddress) socket.getLocalSocketAddress();
        }
    }

    /// A pair for each loop, and some to spare.
    private static PortRange freePorts(InetAddress address, int loops) throws IOException {
        int wanted =
                PORTS_OF_A_LOOP
                        * Math.max(
                                1, loops > 0 ? loops : Runtime.getRuntime().availableProcessors());
        int start = FIRST_PORT + (int) (ProcessHandle.current().pid() % 4000) / 2 * 2;
        for (int first = start; first + wanted < LAST_PORT; first += wanted) {
            if (areFree(address, first, first + wanted)) {
                return new PortRange(first, first + wanted - 1);
            }
        }
        throw new IOException("no " + wanted + " ports in a row are free for audio");
    }

    private static boolean areFree(InetAddress address, int from, int to) {
        for (int port = from; port < to; port++) {
            try (DatagramSocket socket = new DatagramSocket(port, address)) {
                if (!socket.isBound()) {
                    return false;
                }
            } catch (IOException _) {
                return false;
            }
        }
        return true;
    }
}
