package offhook.sip;

import gov.nist.javax.sip.header.SIPHeader;
import gov.nist.javax.sip.message.SIPMessage;
import java.util.HashSet;
import java.util.ListIterator;
import java.util.Set;
import javax.sip.header.AllowHeader;

/// Which methods a peer serves, as its Allow says (RFC 3261 §20.5).
///
/// @param methods empty when it did not say
record AllowedMethods(Set<String> methods) {

    /// Reads them from the INVITE of a peer, or its answer to ours.
    static AllowedMethods of(SIPMessage message) {
        Set<String> methods = new HashSet<>();
        ListIterator<SIPHeader> fields = message.getHeaders(AllowHeader.NAME);
        while (fields.hasNext()) {
            if (fields.next() instanceof AllowHeader allow) {
                methods.add(allow.getMethod());
            }
        }
        return new AllowedMethods(methods);
    }

    /// Whether the peer said anything of it.
    boolean isListed() {
        return !methods.isEmpty();
    }

    /// Whether the peer says that it serves this one.
    boolean has(String method) {
        return methods.contains(method);
    }
}
