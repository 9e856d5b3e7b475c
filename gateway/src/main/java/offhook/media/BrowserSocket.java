package offhook.media;

import java.io.IOException;
import java.net.InetSocketAddress;
import offhook.net.FirstByte;
import offhook.net.PacketBuffer;
import offhook.net.UdpEndpoint;

/// The socket of one browser address: it shares the browser port, but is connected, so that the
/// kernel gives it exactly this browser's datagrams. Saves the look-up and the hand-over between
/// loops for every packet of a call.
final class BrowserSocket implements Watched {

    private final BrowserTransport transport;
    private final InetSocketAddress remote;
    private final UdpEndpoint endpoint;
    private final PacketBuffer inbound;

    /// @param inbound the loop's buffer for what is received
    BrowserSocket(
            BrowserTransport transport,
            InetSocketAddress remote,
            UdpEndpoint endpoint,
            PacketBuffer inbound,
            MediaLoop loop)
            throws IOException {
        this.transport = transport;
        this.remote = remote;
        this.endpoint = endpoint;
        this.inbound = inbound;
        loop.watch(endpoint, this);
    }

    InetSocketAddress remote() {
        return remote;
    }

    InetSocketAddress local() {
        return endpoint.localAddress();
    }

    void send(PacketBuffer packet) {
        endpoint.send(packet);
    }

    @Override
    public void onReadable(long nowNanos) {
        if (endpoint.receive(inbound) >= 0) {
            inbound.arrivalNanos(nowNanos);
            FirstByte kind =
                    FirstByte.classify(inbound.bytes(), inbound.offset(), inbound.length());
            transport.onDatagram(kind, inbound, nowNanos);
        }
    }

    @Override
    public void onDefect(RuntimeException defect) {
        transport.onDefect(defect);
    }

    void close() {
        endpoint.close();
    }
}
