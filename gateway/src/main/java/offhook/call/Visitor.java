package offhook.call;

import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;

/// A visitor of a web site who calls from one of its pages.
///
/// @param site the site, as the configuration names it
/// @param fields what the site or its page says of the visitor, by names that the configuration
///   lets in. Text from outside: bounded, without control characters, to be escaped before showing
public record Visitor(String site, Map<String, String> fields) {

    public Visitor {
        fields = Collections.unmodifiableMap(new LinkedHashMap<>(fields));
    }
}
