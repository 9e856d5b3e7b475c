package offhook.sip;

import gov.nist.javax.sip.message.SIPResponse;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.HashSet;
import java.util.Iterator;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import java.util.function.BiPredicate;
import javax.sip.ClientTransaction;
import javax.sip.address.SipURI;
import javax.sip.header.ContactHeader;
import javax.sip.message.Response;

/// Where the 3xx responses to one call lead (RFC 3261 §8.1.3.4): to the hosts that the trunk's
/// setting lists and nowhere else, each place once, the one with the highest q first. Used by one
/// thread at a time: there is no next place before the one before has said no.
final class Redirects {

    /// More places than that are no redirection but a search.
    private static final int MOST = 5;

    private static final int DEFAULT_PORT = 5060;

    /// What a response leads to.
    sealed interface Next {

        /// To call there.
        record Follow(SipURI target) implements Next {}

        /// Back to us (RFC 3261 §16.3): nobody is called any more.
        record Loop() implements Next {}

        /// Nowhere: the response is the last word.
        record Nowhere() implements Next {}
    }

    static final Next NOWHERE = new Next.Nowhere();

    private record Place(SipURI uri, float q) {}

    private final List<String> hosts;
    private final BiPredicate<String, Integer> ours;
    private final Set<String> seen = new HashSet<>();
    private final List<Place> waiting = new ArrayList<>();
    private int followed;

    /// @param hosts that may be followed to
    /// @param ours whether we are to be reached at an address and port
    Redirects(List<String> hosts, BiPredicate<String, Integer> ours) {
        this.hosts = hosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).toList();
        this.ours = ours;
    }

    /// What a final response that is no 2xx leads to.
    ///
    /// @param sent the INVITE that it answers
    Next after(ClientTransaction sent, SIPResponse refusal) {
        int status = refusal.getStatusCode();
        if (hosts.isEmpty() || status >= 600) {
            return NOWHERE;
        }
        if (sent.getRequest().getRequestURI() instanceof SipURI asked) {
            seen.add(key(asked));
        }
        // RFC 3261 §21.3.5: the Contact of 380 is another service, not another place.
        if (status / 100 == 3 && status != Response.ALTERNATIVE_SERVICE && !collect(refusal)) {
            return new Next.Loop();
        }
        if (waiting.isEmpty() || followed == MOST) {
            return NOWHERE;
        }
        followed++;
        return new Next.Follow(waiting.removeFirst().uri);
    }

    /// @return false when a place is our own
    private boolean collect(SIPResponse refusal) {
        List<Place> found = new ArrayList<>();
        for (Iterator<?> fields = refusal.getHeaders(ContactHeader.NAME); fields.hasNext(); ) {
            if (!(fields.next() instanceof ContactHeader contact)
                    || contact.isWildCard()
                    || !(contact.getAddress().getURI() instanceof SipURI uri)
                    || uri.isSecure()) {
                continue;
            }
            if (ours.test(host(uri), port(uri))) {
                return false;
            }
            if (hosts.contains(host(uri)) && seen.add(key(uri))) {
                found.add(new Place(uri, contact.getQValue() < 0 ? 1 : contact.getQValue()));
            }
        }
        found.sort(Comparator.comparingDouble(Place::q).reversed());
        waiting.addAll(0, found);
        return true;
    }

    /// The host of a URI, without the brackets of an IPv6 address.
    static String host(SipURI uri) {
        String host = uri.getHost().toLowerCase(Locale.ROOT);
        return host.startsWith("[") ? host.substring(1, host.length() - 1) : host;
    }

    static int port(SipURI uri) {
        return uri.getPort() > 0 ? uri.getPort() : DEFAULT_PORT;
    }

    private static String key(SipURI uri) {
        return uri.getUser() + "@" + host(uri) + ":" + port(uri);
    }
}
