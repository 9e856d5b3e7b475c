package offhook.sip;

import gov.nist.core.net.NetworkLayer;
import gov.nist.javax.sip.SipStackImpl;
import java.io.IOException;
import java.net.ConnectException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/// The sockets of JAIN-SIP, each behind the [FrontDoor]. JAIN-SIP knows the advertised addresses
/// only; here they become the ones that are bound.
final class GuardedNetworkLayer implements NetworkLayer {

    static final int MAX_CONNECTIONS = 200;
    private static final int CONNECT_TIMEOUT_MILLIS = 3000;

    private final List<Binding> bindings;
    private final FrontDoor door;
    private final ConnectionCount outbound = new ConnectionCount(MAX_CONNECTIONS);

    GuardedNetworkLayer(List<Binding> bindings, FrontDoor door) {
        this.bindings = List.copyOf(bindings);
        this.door = door;
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, InetAddress advertised)
            throws IOException {
        // One less than JAIN-SIP allows itself: at its own limit it stops accepting, and whoever
        // connects then would wait instead of being turned away.
        return new GuardedServerSocket(bound("tcp", advertised, port), door, MAX_CONNECTIONS - 1);
    }

    @Override
    public DatagramSocket createDatagramSocket(int port, InetAddress advertised)
            throws SocketException {
        return new GuardedDatagramSocket(bound("udp", advertised, port), door);
    }

    @Override
    public DatagramSocket createDatagramSocket() throws SocketException {
        throw new SocketException("datagrams are sent from the listening sockets only");
    }

    @Override
    public Socket createSocket(InetAddress address, int port) throws IOException {
        return connect(address, port);
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress local)
            throws IOException {
        return connect(address, port);
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress local, int localPort)
            throws IOException {
        return connect(address, port);
    }

    @Override
    public SSLServerSocket createSSLServerSocket(int port, int backlog, InetAddress advertised)
            throws IOException {
        throw new SocketException("TLS is not served");
    }

    @Override
    public SSLSocket createSSLSocket(InetAddress address, int port) throws IOException {
        throw new SocketException("TLS is not served");
    }

    @Override
    public SSLSocket createSSLSocket(InetAddress address, int port, InetAddress local)
            throws IOException {
        throw new SocketException("TLS is not served");
    }

    @Override
    public void setSipStack(SipStackImpl stack) {}

    /// Connects to a trunk; what a message says of hosts leads nowhere else.
    private Socket connect(InetAddress address, int port) throws IOException {
        String trunk =
                door.trunkOf(address)
                        .orElseThrow(() -> new ConnectException("the address is of no trunk"));
        if (!outbound.take(trunk)) {
            throw new ConnectException("too many connections to the trunk");
        }
        boolean handedOver = false;
        GuardedSocket socket = new GuardedSocket(door, false);
        try {
            socket.connect(new InetSocketAddress(address, port), CONNECT_TIMEOUT_MILLIS);
            handedOver = true;
            socket.connected(() -> outbound.giveBack(trunk));
            return socket;
        } catch (IOException e) {
            socket.close();
            if (!handedOver) {
                outbound.giveBack(trunk);
            }
            throw e;
        }
    }

    private InetSocketAddress bound(String transport, InetAddress advertised, int port)
            throws SocketException {
        for (Binding binding : bindings) {
            if (binding.transport().equals(transport)
                    && binding.bound().getPort() == port
                    && binding.advertised().equals(advertised)) {
                return binding.bound();
            }
        }
        throw new SocketException("nothing is configured to listen there");
    }
}
