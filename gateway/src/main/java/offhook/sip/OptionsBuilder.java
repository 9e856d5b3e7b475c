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
import javax.sip.header.ViaHeader;
import javax.sip.message.MessageFactory;
import javax.sip.message.Request;

/// Builds the OPTIONS that asks a trunk whether it is there (RFC 3261 §11.1). Any thread; keeps no
/// state.
final class OptionsBuilder {

    private static final int MAX_FORWARDS = 70;

    private final AddressFactory addresses = new AddressFactoryImpl();
    private final HeaderFactory headers = new HeaderFactoryImpl();
    private final MessageFactory messages = new MessageFactoryImpl();
    private final RegisterBuilder registers = new RegisterBuilder();

    /// @param proxy by whom it goes; empty: straight to the trunk
    Request build(TrunkUri trunk, Optional<TrunkUri> proxy, String callId, Outlet outlet) {
        try {
            Binding binding = outlet.binding();
            SipURI target = addresses.createSipURI(null, trunk.uriHost());
            if (trunk.port().isPresent()) {
                target.setPort(trunk.port().getAsInt());
            }
            ViaHeader via =
                    headers.createViaHeader(
                            binding.advertisedHost(),
                            binding.bound().getPort(),
                            binding.transport(),
                            Identifiers.nextBranch());
            via.setRPort();
            SipURI from = addresses.createSipURI("offhook", binding.advertisedHost());
            SipURI to = addresses.createSipURI(null, trunk.uriHost());
            Request options =
                    messages.createRequest(
                            target,
                            Request.OPTIONS,
                            headers.createCallIdHeader(callId),
                            headers.createCSeqHeader(1L, Request.OPTIONS),
                            headers.createFromHeader(
                                    addresses.createAddress(from), Identifiers.next()),
                            headers.createToHeader(addresses.createAddress(to), null),
                            List.of(via),
                            headers.createMaxForwardsHeader(MAX_FORWARDS));
            options.setHeader(outlet.contact());
            options.setHeader(headers.createAcceptHeader("application", "sdp"));
            if (proxy.isPresent()) {
                options.addHeader(registers.route(proxy.get()));
            }
            return options;
        } catch (ParseException | InvalidArgumentException e) {
            throw new IllegalStateException("an OPTIONS that JAIN-SIP refuses", e);
        }
    }
}
