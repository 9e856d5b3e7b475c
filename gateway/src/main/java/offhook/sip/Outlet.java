package offhook.sip;

import java.text.ParseException;
import java.util.Optional;
import javax.sip.SipProvider;
import javax.sip.address.SipURI;
import javax.sip.header.ContactHeader;
import offhook.config.TrunkConfig;

/// A listening point that requests of ours leave by.
///
/// @param contact our address there
record Outlet(Binding binding, SipProvider provider, ContactHeader contact) {

    /// The same, by another name of ours.
    Outlet contactedAs(Optional<String> user) {
        if (user.isEmpty()) {
            return this;
        }
        ContactHeader other = (ContactHeader) contact.clone();
        try {
            ((SipURI) other.getAddress().getURI()).setUser(user.get());
        } catch (ParseException e) {
            throw new IllegalStateException("a user that JAIN-SIP refuses", e);
        }
        return new Outlet(binding, provider, other);
    }

    /// The same, at the address that a trunk is told.
    Outlet toldTo(TrunkConfig trunk) {
        Binding told = binding.toldTo(trunk);
        return told.equals(binding)
                ? this
                : new Outlet(told, provider, SipMessages.at(contact, told.advertisedHost()));
    }

    /// The same, under the scheme of whom the request is for (RFC 3261 §8.1.1.8).
    Outlet toward(TrunkUri target) {
        return target.secure() ? new Outlet(binding, provider, SipMessages.secured(contact)) : this;
    }
}
