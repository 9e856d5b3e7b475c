package offhook.sip;

import gov.nist.core.net.AddressResolver;
import gov.nist.javax.sip.stack.HopImpl;
import javax.sip.address.Hop;

/// Resolves nothing: hops that are addresses stay, names become the address of nowhere. JAIN-SIP
/// asks it for the Via of every request, whose names must cause no look-up.
final class LiteralResolver implements AddressResolver {

    private static final String NOWHERE = "0.0.0.0";

    @Override
    public Hop resolveAddress(Hop hop) {
        String host = hop.getHost();
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        boolean literal = SipGrammar.isIpv4(bare) || SipGrammar.isIpv6(bare);
        int port = hop.getPort() > 0 ? hop.getPort() : Transport.defaultPort(hop.getTransport());
        return new HopImpl(literal ? host : NOWHERE, port, hop.getTransport());
    }
}
