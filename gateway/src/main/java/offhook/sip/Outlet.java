package offhook.sip;

import javax.sip.SipProvider;
import javax.sip.header.ContactHeader;

/// A listening point that requests of ours leave by.
///
/// @param contact our address there
record Outlet(Binding binding, SipProvider provider, ContactHeader contact) {

    /// The same, under the scheme of whom the request is for (RFC 3261 §8.1.1.8).
    Outlet toward(TrunkUri target) {
        return target.secure() ? new Outlet(binding, provider, SipMessages.secured(contact)) : this;
    }
}
