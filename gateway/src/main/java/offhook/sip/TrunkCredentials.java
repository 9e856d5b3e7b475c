package offhook.sip;

import gov.nist.javax.sip.header.HeaderFactoryImpl;
import gov.nist.javax.sip.header.SIPHeader;
import gov.nist.javax.sip.message.SIPResponse;
import java.net.InetAddress;
import java.text.ParseException;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import javax.sip.InvalidArgumentException;
import javax.sip.header.AuthorizationHeader;
import javax.sip.header.CSeqHeader;
import javax.sip.header.HeaderFactory;
import javax.sip.header.ProxyAuthorizationHeader;
import javax.sip.header.ToHeader;
import javax.sip.header.ViaHeader;
import javax.sip.message.Request;
import offhook.config.TrunkConfig.Auth;

/// Where our credentials may go: to the address that the challenged request was sent to, and only
/// with requests that open something. What is challenged within a dialog is left unanswered, since
/// its route was told by the peer, unless the configuration says that the trunk asks there too.
/// Used by one thread at a time.
final class TrunkCredentials {

    private final HeaderFactory headers = new HeaderFactoryImpl();
    private final Optional<DigestClient> client;
    private final boolean withinDialog;

    /// For requests that open something.
    TrunkCredentials(Optional<Auth> auth) {
        this(auth, false);
    }

    private TrunkCredentials(Optional<Auth> auth, boolean withinDialog) {
        this.client = auth.map(a -> new DigestClient(a, Identifiers::next));
        this.withinDialog = withinDialog;
    }

    /// For one request within a dialog, to be asked once.
    static TrunkCredentials withinDialog(Optional<Auth> auth) {
        return new TrunkCredentials(auth.filter(Auth::inDialog), true);
    }

    /// A new request begins, which may be challenged anew.
    void begin() {
        client.ifPresent(DigestClient::begin);
    }

    /// Takes the challenge of a response, if it is one that may be answered.
    ///
    /// @param target where the request went
    boolean takes(SIPResponse response, Request challenged, InetAddress target) {
        Optional<DigestClient.Challenger> challenger =
                DigestClient.Challenger.of(response.getStatusCode());
        return challenger.isPresent()
                && client.isPresent()
                && (withinDialog ? mayRepeat(challenged) : opens(challenged))
                && target.equals(response.getPeerPacketSourceAddress())
                && client.get()
                        .takes(
                                challenger.get(),
                                values(response, challenger.get().challengeHeader()));
    }

    private static boolean opens(Request request) {
        return switch (request.getMethod()) {
            case Request.INVITE, Request.REGISTER, Request.OPTIONS ->
                    ((ToHeader) request.getHeader(ToHeader.NAME)).getTag() == null;
            default -> false;
        };
    }

    /// Whether a request within a dialog is one that may be sent once more, and was not yet.
    private static boolean mayRepeat(Request request) {
        return switch (request.getMethod()) {
            case Request.INVITE, Request.UPDATE, Request.REFER, Request.BYE ->
                    ((ToHeader) request.getHeader(ToHeader.NAME)).getTag() != null
                            && request.getHeader(AuthorizationHeader.NAME) == null
                            && request.getHeader(ProxyAuthorizationHeader.NAME) == null;
            default -> false;
        };
    }

    private static List<String> values(SIPResponse response, String name) {
        List<String> values = new ArrayList<>();
        for (Iterator<?> fields = response.getHeaders(name); fields.hasNext(); ) {
            if (fields.next() instanceof SIPHeader field) {
                values.add(field.getHeaderValue());
            }
        }
        return values;
    }

    /// The challenged request once more (RFC 3261 §8.1.3.5): of the same call, with the next
    /// number, another branch and the credentials.
    Request again(Request challenged) {
        try {
            Request next = (Request) challenged.clone();
            CSeqHeader number = (CSeqHeader) next.getHeader(CSeqHeader.NAME);
            next.setHeader(headers.createCSeqHeader(number.getSeqNumber() + 1, number.getMethod()));
            ViaHeader via = (ViaHeader) next.getHeader(ViaHeader.NAME);
            via.setBranch(Identifiers.branchAfter(via.getBranch()));
            authorize(next);
            return next;
        } catch (ParseException | InvalidArgumentException e) {
            throw new IllegalStateException("a request that JAIN-SIP refuses", e);
        }
    }

    /// Puts on what the last challenge asked for.
    void authorize(Request request) {
        if (client.isEmpty()) {
            return;
        }
        List<HeaderField> fields =
                client.get().credentials(request.getMethod(), request.getRequestURI().toString());
        try {
            for (HeaderField field : fields) {
                request.setHeader(headers.createHeader(field.name(), field.value()));
            }
        } catch (ParseException e) {
            throw new IllegalStateException("credentials that JAIN-SIP refuses", e);
        }
    }
}
