package offhook.media;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import offhook.fault.FailureWords;
import offhook.ice.IceCredentials;
import offhook.ice.IceLiteAgent;
import offhook.net.FirstByte;
import offhook.net.PacketBuffer;
import offhook.net.UdpEndpoint;
import offhook.telemetry.Counter;
import offhook.telemetry.Counters;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// One loop's socket on the port that all browsers share (SO_REUSEPORT, one socket a loop). The
/// kernel spreads browsers over the loops; here their first connectivity checks arrive, on any
/// loop, and find their leg's transport by the username fragment, which names the loop. From the
/// first authentic check on, a browser has a socket of its own, connected to its address
/// ([BrowserSocket]), and nothing of it comes here any more.
final class BrowserPort implements Watched {

    private static final Logger LOG = LogManager.getLogger(BrowserPort.class);
    private static final int BUFFER_BYTES = 1 << 20;
    private static final int MAX_PER_TURN = 64;

    private final MediaLoop loop;
    private final UdpEndpoint endpoint;
    private final Counters counters;
    private final PacketBuffer inbound = new PacketBuffer();
    private final Map<String, BrowserTransport> byUfrag = new HashMap<>();
    private final Map<InetSocketAddress, BrowserTransport> byAddress = new HashMap<>();

    /// All loops' ports by loop index; set once before any loop runs.
    private List<BrowserPort> ports = List.of();

    BrowserPort(MediaLoop loop, InetSocketAddress address, Counters counters) throws IOException {
        this.loop = loop;
        this.counters = counters;
        this.endpoint = bind(address);
        loop.watch(endpoint, this);
    }

    private static UdpEndpoint bind(InetSocketAddress address) throws IOException {
        try {
            return UdpEndpoint.bind(address, options());
        } catch (IOException e) {
            throw new IOException(
                    "media.listen: cannot listen on udp://%s:%d: %s"
                            .formatted(
                                    address.getAddress().getHostAddress(),
                                    address.getPort(),
                                    FailureWords.of(e)),
                    e);
        }
    }

    /// Tells each port of the others. Before the loops start.
    static void introduce(List<BrowserPort> ports) {
        ports.forEach(port -> port.ports = List.copyOf(ports));
    }

    /// Where the port is bound.
    InetSocketAddress localAddress() {
        return endpoint.localAddress();
    }

    /// A socket on the same port that hears one browser only.
    UdpEndpoint connected(InetSocketAddress browser) throws IOException {
        UdpEndpoint socket = UdpEndpoint.bind(endpoint.localAddress(), options());
        try {
            return socket.connect(browser);
        } catch (IOException e) {
            socket.close();
            throw e;
        }
    }

    void add(String ufrag, BrowserTransport transport) {
        byUfrag.put(ufrag, transport);
    }

    void remove(String ufrag) {
        byUfrag.remove(ufrag);
    }

    void add(InetSocketAddress address, BrowserTransport transport) {
        byAddress.put(address, transport);
    }

    void remove(InetSocketAddress address, BrowserTransport transport) {
        byAddress.remove(address, transport);
    }

    @Override
    public void onReadable(long nowNanos) {
        for (int i = 0; i < MAX_PER_TURN && endpoint.receive(inbound) >= 0; i++) {
            inbound.arrivalNanos(nowNanos);
            onDatagram(inbound, nowNanos);
        }
    }

    @Override
    public void onDefect(RuntimeException defect) {
        // No transport was found yet.
        LOG.error("a datagram of the browser port could not be handled", defect);
    }

    private void onDatagram(PacketBuffer packet, long nowNanos) {
        FirstByte kind = FirstByte.classify(packet.bytes(), packet.offset(), packet.length());
        BrowserTransport known = byAddress.get(packet.source());
        if (kind == FirstByte.STUN) {
            onStun(packet, nowNanos);
        } else if (known != null) {
            known.onDatagram(kind, packet, nowNanos);
        } else {
            counters.increment(
                    kind == FirstByte.DTLS ? Counter.DTLS_REFUSED : Counter.MEDIA_UNKNOWN);
        }
    }

    private void onStun(PacketBuffer packet, long nowNanos) {
        String ufrag = IceLiteAgent.localUfrag(packet.bytes(), packet.offset(), packet.length());
        int owner = IceCredentials.loopOf(ufrag);
        if (owner == loop.index()) {
            BrowserTransport transport = byUfrag.get(ufrag);
            if (transport != null) {
                transport.onDatagram(FirstByte.STUN, packet, nowNanos);
                return;
            }
        } else if (owner >= 0 && owner < ports.size()) {
            handOver(ports.get(owner), packet);
            return;
        }
        counters.increment(Counter.STUN_REFUSED);
    }

    private void handOver(BrowserPort owner, PacketBuffer packet) {
        counters.increment(Counter.MEDIA_HANDED_OVER);
        PacketBuffer copy = new PacketBuffer().copyOf(packet);
        owner.loop.offerDatagram(() -> owner.onStun(copy, owner.loop.nowNanos()));
    }

    private static UdpEndpoint.Options options() {
        return new UdpEndpoint.Options(true, BUFFER_BYTES, 0);
    }

    void close() {
        endpoint.close();
    }
}
