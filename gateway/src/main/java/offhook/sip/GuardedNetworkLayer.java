package offhook.sip;

import gov.nist.core.net.NetworkLayer;
import gov.nist.javax.sip.SipStackImpl;
import java.io.IOException;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketException;
import java.util.List;
import javax.net.ssl.SSLServerSocket;
import javax.net.ssl.SSLSocket;

/// The datagram sockets of JAIN-SIP, each behind the [FrontDoor]. JAIN-SIP knows the advertised
/// addresses only; here they become the ones that are bound.
final class GuardedNetworkLayer implements NetworkLayer {

    private final List<Binding> bindings;
    private final FrontDoor door;

    GuardedNetworkLayer(List<Binding> bindings, FrontDoor door) {
        this.bindings = List.copyOf(bindings);
        this.door = door;
    }

    @Override
    public ServerSocket createServerSocket(int port, int backlog, InetAddress advertised)
            throws IOException {
        throw streams();
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
        throw streams();
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress local)
            throws IOException {
        throw streams();
    }

    @Override
    public Socket createSocket(InetAddress address, int port, InetAddress local, int localPort)
            throws IOException {
        throw streams();
    }

    @Override
    public SSLServerSocket createSSLServerSocket(int port, int backlog, InetAddress advertised)
            throws IOException {
        throw streams();
    }

    @Override
    public SSLSocket createSSLSocket(InetAddress address, int port) throws IOException {
        throw streams();
    }

    @Override
    public SSLSocket createSSLSocket(InetAddress address, int port, InetAddress local)
            throws IOException {
        throw streams();
    }

    @Override
    public void setSipStack(SipStackImpl stack) {}

    private static SocketException streams() {
        return new SocketException("connections are made by StreamProcessor");
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
