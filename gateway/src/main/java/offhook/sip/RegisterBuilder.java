package offhook.sip;

import gov.nist.javax.sip.address.AddressFactoryImpl;
import gov.nist.javax.sip.header.HeaderFactoryImpl;
import gov.nist.javax.sip.message.MessageFactoryImpl;
import java.text.ParseException;
import java.util.List;
import java.util.Optional;
import javax.sip.InvalidArgumentException;
import javax.sip.address.AddressFactory;
import javax.sip.address.SipURI;
import javax.sip.header.HeaderFactory;
import javax.sip.header.RouteHeader;
import javax.sip.header.ViaHeader;
import javax.sip.message.MessageFactory;
import javax.sip.message.Request;

/// Builds REGISTER (RFC 3261 §10.2). Any thread; keeps no state.
final class RegisterBuilder {

    private static final int MAX_FORWARDS = 70;

    private final AddressFactory addresses = new AddressFactoryImpl();
    private final HeaderFactory headers = new HeaderFactoryImpl();
    private final MessageFactory messages = new MessageFactoryImpl();

    /// What stays the same from one REGISTER to the next (RFC 3261 §10.2.4).
    ///
    /// @param user of the address that is registered
    /// @param contactUser of ours, by which the trunk calls us
    record Identity(String user, String contactUser, String callId, String localTag) {}

    /// @param registrar whom it is for
    /// @param proxy by whom it goes; empty: straight to the registrar
    Request build(
            Identity who,
            TrunkUri registrar,
            Optional<TrunkUri> proxy,
            long number,
            int expiresSeconds,
            Outlet outlet) {
        try {
            Binding binding = outlet.binding();
            SipURI target = addresses.createSipURI(null, registrar.uriHost());
            if (registrar.port().isPresent()) {
                target.setPort(registrar.port().getAsInt());
            }
            ViaHeader via =
                    headers.createViaHeader(
                            binding.advertisedHost(),
                            binding.bound().getPort(),
                            binding.transport(),
                            Identifiers.nextBranch());
            via.setRPort();
            SipURI record = addresses.createSipURI(who.user(), registrar.uriHost());
            Request register =
                    messages.createRequest(
                            target,
                            Request.REGISTER,
                            headers.createCallIdHeader(who.callId()),
                            headers.createCSeqHeader(number, Request.REGISTER),
                            headers.createFromHeader(
                                    addresses.createAddress(record), who.localTag()),
                            headers.createToHeader(addresses.createAddress(record), null),
                            List.of(via),
                            headers.createMaxForwardsHeader(MAX_FORWARDS));
            if (proxy.isPresent()) {
                register.addHeader(route(proxy.get()));
            }
            SipURI contact = addresses.createSipURI(who.contactUser(), binding.advertisedHost());
            contact.setPort(binding.bound().getPort());
            if (!binding.transport().equals("udp")) {
                contact.setTransportParam(binding.transport());
            }
            register.setHeader(headers.createContactHeader(addresses.createAddress(contact)));
            register.setHeader(headers.createExpiresHeader(expiresSeconds));
            return register;
        } catch (ParseException | InvalidArgumentException e) {
            throw new IllegalStateException("a REGISTER that JAIN-SIP refuses", e);
        }
    }

    /// The way over a proxy of the configuration (RFC 3261 §8.1.2).
    RouteHeader route(TrunkUri proxy) throws ParseException {
        SipURI uri = addresses.createSipURI(null, proxy.uriHost());
        if (proxy.port().isPresent()) {
            uri.setPort(proxy.port().getAsInt());
        }
        uri.setLrParam();
        if (proxy.transport().isPresent() && !proxy.transport().get().equals("udp")) {
            uri.setTransportParam(proxy.transport().get());
        }
        return headers.createRouteHeader(addresses.createAddress(uri));
    }
}
