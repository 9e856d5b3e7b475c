package offhook.sip;

import gov.nist.javax.sip.address.AddressFactoryImpl;
import gov.nist.javax.sip.header.HeaderFactoryImpl;
import java.nio.charset.StandardCharsets;
import java.text.ParseException;
import java.util.Optional;
import javax.sip.address.Address;
import javax.sip.address.AddressFactory;
import javax.sip.address.SipURI;
import javax.sip.header.FromHeader;
import javax.sip.header.HeaderFactory;
import javax.sip.message.Request;
import offhook.call.IncomingCall;
import offhook.call.Party;
import offhook.config.TrunkIdentity;

/// Writes into an INVITE of ours who calls, in the way that the trunk wants it (RFC 3323 §4.1, RFC
/// 3325 §9), and the header fields that may go along. Any thread; keeps no state.
final class CallerWriter {

    private static final String UNRESERVED = "-_.!~*'()&=+$,/";

    private final AddressFactory addresses = new AddressFactoryImpl();
    private final HeaderFactory headers = new HeaderFactoryImpl();

    /// @param host ours, where the trunk wants no other
    void write(Request invite, TrunkIdentity trunk, IncomingCall call, String host) {
        boolean withheld = call.details().withheld();
        String domain = trunk.fromDomain().orElse(host);
        try {
            FromHeader from = (FromHeader) invite.getHeader(FromHeader.NAME);
            from.setAddress(from(trunk, call.caller(), withheld, domain));
            if (!call.caller().number().isEmpty()) {
                Address caller = address(call.caller(), user(call.caller().number()), domain);
                switch (trunk.names()) {
                    case FROM -> {}
                    case PAI -> set(invite, "P-Asserted-Identity", caller.toString());
                    case PPI -> set(invite, "P-Preferred-Identity", caller.toString());
                    case RPID ->
                            set(
                                    invite,
                                    "Remote-Party-ID",
                                    caller
                                            + ";party=calling;screen=yes;privacy="
                                            + (withheld ? "full" : "off"));
                }
            }
            if (withheld) {
                set(invite, "Privacy", "id");
            }
        } catch (ParseException e) {
            throw new IllegalStateException("a caller that JAIN-SIP refuses", e);
        }
        CopiedHeaders.write(invite, call.details().headers(), trunk.out());
    }

    private Address from(TrunkIdentity trunk, Party caller, boolean withheld, String domain)
            throws ParseException {
        Optional<String> account = trunk.fromUser();
        if (!withheld && !caller.number().isEmpty()) {
            return address(caller, account.orElse(user(caller.number())), domain);
        }
        // RFC 3323 §4.1.1.3; a trunk that wants its account there would refuse that.
        return address(
                new Party("", "Anonymous"),
                account.orElse("anonymous"),
                account.isPresent() ? domain : "anonymous.invalid");
    }

    private Address address(Party party, String user, String host) throws ParseException {
        SipURI uri = addresses.createSipURI(user, host);
        return party.displayName().isEmpty()
                ? addresses.createAddress(uri)
                : addresses.createAddress(SipMessages.plain(party.displayName()), uri);
    }

    private void set(Request invite, String name, String value) throws ParseException {
        invite.setHeader(headers.createHeader(name, value));
    }

    /// A number or name as the user of a URI (RFC 3261 §25.1): what has no place there as it is, or
    /// reads like the end of a user, becomes `%HH`.
    static String user(String number) {
        StringBuilder user = new StringBuilder();
        for (byte b : number.getBytes(StandardCharsets.UTF_8)) {
            char c = (char) (b & 0xff);
            boolean plain =
                    (c >= '0' && c <= '9')
                            || (c >= 'a' && c <= 'z')
                            || (c >= 'A' && c <= 'Z')
                            || UNRESERVED.indexOf(c) >= 0;
            user.append(plain ? String.valueOf(c) : "%%%02X".formatted((int) c));
        }
        return user.toString();
    }
}
