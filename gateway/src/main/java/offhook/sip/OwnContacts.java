package offhook.sip;

import gov.nist.javax.sip.address.AddressFactoryImpl;
import gov.nist.javax.sip.header.HeaderFactoryImpl;
import gov.nist.javax.sip.message.SIPRequest;
import java.io.IOException;
import java.text.ParseException;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import javax.sip.address.URI;
import javax.sip.header.ContactHeader;
import javax.sip.header.HeaderAddress;
import javax.sip.header.RecordRouteHeader;
import offhook.config.TrunkConfig;

/// Our own addresses, as dialogs name them (RFC 3261 §12.1). Immutable.
final class OwnContacts {

    /// By transport, address and port of the listening point.
    private final Map<String, ContactHeader> contacts;

    private OwnContacts(Map<String, ContactHeader> contacts) {
        this.contacts = contacts;
    }

    /// One for each place where SIP is served.
    static OwnContacts of(List<Binding> bindings) throws IOException {
        Map<String, ContactHeader> contacts = new HashMap<>();
        for (Binding binding : bindings) {
            contacts.put(
                    key(
                            binding.transport(),
                            binding.advertised().getHostAddress(),
                            binding.bound().getPort()),
                    contact(binding));
        }
        return new OwnContacts(Map.copyOf(contacts));
    }

    /// What names one of these places.
    static ContactHeader contact(Binding binding) throws IOException {
        String uri = "sip:offhook@" + binding.advertisedHost() + ":" + binding.bound().getPort();
        String transport =
                binding.transport().equals("udp") ? "" : ";transport=" + binding.transport();
        try {
            return new HeaderFactoryImpl()
                    .createContactHeader(
                            new AddressFactoryImpl().createAddress("<" + uri + transport + ">"));
        } catch (ParseException e) {
            throw new IOException("no Contact can be made of " + uri, e);
        }
    }

    private static String key(String transport, String host, int port) {
        return transport + " " + host + " " + port;
    }

    /// What our answer to an INVITE names: where the INVITE came in, as the trunk is told of it.
    ContactHeader answering(SIPRequest invite, TrunkConfig trunk) {
        ContactHeader contact =
                contacts.get(
                        key(
                                invite.getTopmostVia().getTransport().toLowerCase(Locale.ROOT),
                                invite.getLocalAddress().getHostAddress(),
                                invite.getLocalPort()));
        if (contact == null) {
            throw new IllegalStateException("a request on a listening point that we did not open");
        }
        String host = Binding.host(trunk.advertised().signalling(invite.getLocalAddress()));
        ContactHeader told = SipMessages.at(contact, host);
        return isSecure(invite) ? SipMessages.secured(told) : told;
    }

    /// RFC 3261 §12.1.1: whether the dialog is one of `sips` URIs.
    private static boolean isSecure(SIPRequest invite) {
        HeaderAddress next =
                invite.getHeader(RecordRouteHeader.NAME) instanceof RecordRouteHeader route
                        ? route
                        : (ContactHeader) invite.getHeader(ContactHeader.NAME);
        return isSecure(invite.getRequestURI()) || isSecure(next.getAddress().getURI());
    }

    private static boolean isSecure(URI uri) {
        return uri.getScheme().equalsIgnoreCase("sips");
    }
}
