package offhook.sip;

import javax.sip.SipProvider;
import javax.sip.header.ContactHeader;

/// A listening point that requests of ours leave by.
///
/// @param contact our address there
record Outlet(Binding binding, SipProvider provider, ContactHeader contact) {}
