package offhook.web;

import java.util.Map;
import offhook.call.CallDetails;
import offhook.call.Party;
import offhook.call.Visitor;
import offhook.config.GuestSite;

/// A visitor of a web site, who may call the site's one destination and nobody else.
///
/// @param site whose visitor it is
/// @param fields what the site or its page says of it, fit to be shown
record Guest(GuestSite site, Map<String, String> fields) {

    /// The field that names the visitor.
    static final String NAME = "name";

    /// The visitor, as those are shown it who are called.
    Party party() {
        return new Party(site.callerId().orElse(""), fields.getOrDefault(NAME, "Visitor"));
    }

    /// What else they are shown.
    CallDetails details() {
        return CallDetails.of(new Visitor(site.name(), fields));
    }
}
