package offhook.sip;

import gov.nist.javax.sip.stack.HopImpl;
import java.net.InetAddress;
import java.util.ListIterator;
import java.util.Optional;
import javax.sip.SipException;
import javax.sip.address.Hop;
import javax.sip.address.Router;
import javax.sip.address.SipURI;
import javax.sip.address.URI;
import javax.sip.header.CallIdHeader;
import javax.sip.header.RouteHeader;
import javax.sip.header.ToHeader;
import javax.sip.header.ViaHeader;
import javax.sip.message.Request;

/// Where requests of ours go (RFC 3261 §12.2.1.1): to the address that the dialog's route set or
/// remote target names, when that is an address of the trunk; otherwise to where the INVITE of the
/// dialog came from, or went to. Names that came over the wire are never looked up.
final class TrunkRouter implements Router {

    private final Dialogs dialogs;
    private final FrontDoor door;
    private final Optional<TlsDoor> gate;

    TrunkRouter(Dialogs dialogs, FrontDoor door, Optional<TlsDoor> gate) {
        this.dialogs = dialogs;
        this.door = door;
        this.gate = gate;
    }

    @Override
    public Hop getNextHop(Request request) throws SipException {
        String transport = ((ViaHeader) request.getHeader(ViaHeader.NAME)).getTransport();
        RouteHeader route = (RouteHeader) request.getHeader(RouteHeader.NAME);
        URI target = route == null ? request.getRequestURI() : route.getAddress().getURI();
        String callId = ((CallIdHeader) request.getHeader(CallIdHeader.NAME)).getCallId();
        String remoteTag = ((ToHeader) request.getHeader(ToHeader.NAME)).getTag();
        Optional<SipDialogLeg> leg =
                remoteTag == null
                        ? dialogs.outgoing(callId).map(SipDialogLeg.class::cast)
                        : dialogs.find(new Dialogs.Key(callId, remoteTag));
        Optional<Hop> direct = remoteTag == null ? Optional.empty() : direct(target, transport);
        if (direct.isPresent()) {
            return leg.flatMap(known -> sameConnection(known, direct.get())).orElse(direct.get());
        }
        Optional<Hop> aimed =
                dialogs.aimOf(callId)
                        .map(aim ->
                                hop(aim.getAddress().getHostAddress(), aim.getPort(), transport));
        if (aimed.isPresent()) {
            return aimed.get();
        }
        return leg.map(known -> (Hop) hop(known.peerHost(), known.peerPort(), transport))
                .orElseThrow(() -> new SipException("the request belongs to no dialog"));
    }

    /// The TLS connection that the dialog's INVITE came or went by, while it is open and the peer
    /// wants to be reached at the same address: a peer that connected to us may have no
    /// certificate, or no way through its NAT, for a connection of ours.
    private Optional<Hop> sameConnection(SipDialogLeg leg, Hop direct) {
        boolean open =
                direct.getTransport().equalsIgnoreCase("tls")
                        && direct.getHost().equals(leg.peerHost())
                        && gate.filter(tls ->
                                        tls.isOpen(
                                                InetAddress.ofLiteral(leg.peerHost()),
                                                leg.peerPort()))
                                .isPresent();
        return open
                ? Optional.of(hop(leg.peerHost(), leg.peerPort(), direct.getTransport()))
                : Optional.empty();
    }

    private Optional<Hop> direct(URI target, String transport) {
        if (!(target instanceof SipURI uri)) {
            return Optional.empty();
        }
        String host = uri.getHost();
        String bare = host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
        if (!SipGrammar.isIpv4(bare) && !SipGrammar.isIpv6(bare)) {
            return Optional.empty();
        }
        InetAddress address = InetAddress.ofLiteral(bare);
        int port = uri.getPort() > 0 ? uri.getPort() : Transport.defaultPort(transport);
        return door.admitsTarget(address)
                ? Optional.of(hop(address.getHostAddress(), port, transport))
                : Optional.empty();
    }

    private static HopImpl hop(String host, int port, String transport) {
        return new HopImpl(host, port, transport);
    }

    @Override
    public Hop getOutboundProxy() {
        throw new UnsupportedOperationException(
                "a trunk's outbound proxy is a Route of the request");
    }

    @Deprecated
    @Override
    public ListIterator<?> getNextHops(Request request) {
        throw new UnsupportedOperationException("obsolete in JAIN-SIP 1.2");
    }
}
