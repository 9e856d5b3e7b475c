package offhook.sip;

import java.net.InetAddress;

/// One place where a trunk takes requests.
///
/// @param uri whom the requests name there
/// @param host the name that led there
/// @param transport `udp` or `tcp`
record TrunkTarget(TrunkUri uri, String host, InetAddress address, int port, String transport) {

    /// For people: `udp 192.0.2.1:5060`.
    @Override
    public String toString() {
        return transport + " " + where();
    }

    /// Address and port.
    String where() {
        String literal = address.getHostAddress();
        return (literal.indexOf(':') >= 0 ? "[" + literal + "]" : literal) + ":" + port;
    }
}
