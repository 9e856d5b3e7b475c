package offhook.sip;

import gov.nist.javax.sip.address.AddressFactoryImpl;
import gov.nist.javax.sip.header.HeaderFactoryImpl;
import gov.nist.javax.sip.message.MessageFactoryImpl;
import java.text.ParseException;
import java.util.List;
import java.util.Optional;
import javax.sip.InvalidArgumentException;
import javax.sip.address.Address;
import javax.sip.address.AddressFactory;
import javax.sip.address.SipURI;
import javax.sip.header.AuthorizationHeader;
import javax.sip.header.CSeqHeader;
import javax.sip.header.HeaderFactory;
import javax.sip.header.ProxyAuthorizationHeader;
import javax.sip.header.RouteHeader;
import javax.sip.header.ViaHeader;
import javax.sip.message.MessageFactory;
import javax.sip.message.Request;
import offhook.call.Party;
import offhook.sdp.SdpWriter;
import offhook.sdp.SessionDescription;

/// Builds the INVITE that opens a dialog (RFC 3261 §8.1.1, §13.2.1). Any thread; keeps no state.
final class InviteBuilder {

    private static final int MAX_FORWARDS = 70;

    private final RegisterBuilder registers = new RegisterBuilder();
    private final AddressFactory addresses = new AddressFactoryImpl();
    private final HeaderFactory headers = new HeaderFactoryImpl();
    private final MessageFactory messages = new MessageFactoryImpl();

    /// @param number as the trunk wants it
    /// @param caller whom the callee is shown
    /// @param localTag our tag
    Request build(
            TrunkUri trunk,
            String number,
            Party caller,
            String localTag,
            String callId,
            Outlet outlet,
            SessionDescription offer) {
        try {
            Binding binding = outlet.binding();
            SipURI target = uri(number, trunk.uriHost());
            if (trunk.port().isPresent()) {
                target.setPort(trunk.port().getAsInt());
            }
            if (!binding.transport().equals("udp")) {
                target.setTransportParam(binding.transport());
            }
            target.setSecure(trunk.secure());
            SipURI to = uri(number, trunk.uriHost());
            to.setSecure(trunk.secure());
            SipURI from = uri(caller.number(), binding.advertisedHost());
            ViaHeader via = via(outlet);
            Request invite =
                    messages.createRequest(
                            target,
                            Request.INVITE,
                            headers.createCallIdHeader(callId),
                            headers.createCSeqHeader(1L, Request.INVITE),
                            headers.createFromHeader(
                                    addresses.createAddress(
                                            SipMessages.plain(caller.displayName()), from),
                                    localTag),
                            headers.createToHeader(addresses.createAddress(to), null),
                            List.of(via),
                            headers.createMaxForwardsHeader(MAX_FORWARDS));
            invite.setHeader(outlet.contact());
            invite.setContent(
                    SdpWriter.write(offer), headers.createContentTypeHeader("application", "sdp"));
            return invite;
        } catch (ParseException | InvalidArgumentException e) {
            throw new IllegalStateException("an INVITE that JAIN-SIP refuses", e);
        }
    }

    private ViaHeader via(Outlet outlet) throws ParseException, InvalidArgumentException {
        Binding binding = outlet.binding();
        ViaHeader via =
                headers.createViaHeader(
                        binding.advertisedHost(),
                        binding.bound().getPort(),
                        binding.transport(),
                        Identifiers.nextBranch());
        via.setRPort();
        return via;
    }

    /// The same call to another place (RFC 3261 §8.1.3.4): with the next number, by another way,
    /// and without what was meant for the trunk alone.
    Request elsewhere(Request invite, SipURI target, Outlet outlet) {
        try {
            Request next = (Request) invite.clone();
            CSeqHeader number = (CSeqHeader) next.getHeader(CSeqHeader.NAME);
            next.setHeader(headers.createCSeqHeader(number.getSeqNumber() + 1, Request.INVITE));
            SipURI uri = addresses.createSipURI(target.getUser(), target.getHost());
            if (target.getPort() > 0) {
                uri.setPort(target.getPort());
            }
            if (!outlet.binding().transport().equals("udp")) {
                uri.setTransportParam(outlet.binding().transport());
            }
            next.setRequestURI(uri);
            next.removeHeader(AuthorizationHeader.NAME);
            next.removeHeader(ProxyAuthorizationHeader.NAME);
            next.removeHeader(RouteHeader.NAME);
            return by(next, outlet);
        } catch (ParseException | InvalidArgumentException e) {
            throw new IllegalStateException("an INVITE that JAIN-SIP refuses", e);
        }
    }

    /// The same request by another of our listening points. How often the call came by stays known.
    Request by(Request request, Outlet outlet) {
        try {
            Request next = (Request) request.clone();
            ViaHeader via = via(outlet);
            String before = ((ViaHeader) request.getHeader(ViaHeader.NAME)).getBranch();
            via.setBranch(Identifiers.branchAfter(before));
            next.setHeader(via);
            next.setHeader(outlet.contact());
            return next;
        } catch (ParseException | InvalidArgumentException e) {
            throw new IllegalStateException("a Via that JAIN-SIP refuses", e);
        }
    }

    /// Puts on the way that the registrar told us (RFC 3608 §6.1), or else the proxy of the
    /// configuration.
    void route(Request invite, List<Address> serviceRoute, Optional<TrunkUri> proxy) {
        try {
            if (serviceRoute.isEmpty() && proxy.isPresent()) {
                invite.addHeader(registers.route(proxy.get()));
            }
            for (Address hop : serviceRoute) {
                invite.addHeader(headers.createRouteHeader(hop));
            }
        } catch (ParseException e) {
            throw new IllegalStateException("a route that JAIN-SIP refuses", e);
        }
    }

    private SipURI uri(String user, String host) throws ParseException {
        return addresses.createSipURI(CallerWriter.user(user), host);
    }
}
