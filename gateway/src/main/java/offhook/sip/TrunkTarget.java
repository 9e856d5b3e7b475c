package offhook.sip;

import java.net.InetAddress;
import java.net.InetSocketAddress;

/// One place where a trunk takes requests.
///
/// @param uri whom the requests name there
/// @param transport `udp` or `tcp`
record TrunkTarget(TrunkUri uri, InetAddress address, int port, String transport) {

    /// For people: `udp 192.0.2.1:5060`.
    @Override
    public String toString() {
        return transport + " " + where();
    }

    /// Address and port.
    String where() {
        String host = address.getHostAddress();
        return (host.indexOf(':') >= 0 ? "[" + host + "]" : host) + ":" + port;
    }

    InetSocketAddress socketAddress() {
        return new InetSocketAddress(address, port);
    }
}
