package offhook.sip;

import java.util.ArrayList;
import java.util.List;

/// The header fields that a SIP URI carries behind its `?` (RFC 3261 §19.1.1). Pure.
final class UriHeaders {

    private UriHeaders() {}

    /// One field.
    ///
    /// @param name unescaped
    /// @param value still escaped
    record Field(String name, String value) {}

    /// The values of one field, still escaped, as often as it stands there.
    ///
    /// @param uri may be followed by `>` and what else its header field holds
    /// @throws SipRequestException when a name is escaped wrongly
    static List<String> values(String uri, String name) throws SipRequestException {
        return all(uri).stream()
                .filter(field -> field.name().equalsIgnoreCase(name))
                .map(Field::value)
                .toList();
    }

    /// All of them, in their order.
    ///
    /// @param uri may be followed by `>` and what else its header field holds
    /// @throws SipRequestException when a name is escaped wrongly
    static List<Field> all(String uri) throws SipRequestException {
        List<Field> fields = new ArrayList<>();
        int end = uri.indexOf('>');
        String bare = end < 0 ? uri : uri.substring(0, end);
        // A '?' may stand in the user part too, and an '@' nowhere but behind it.
        int question = bare.indexOf('?', bare.lastIndexOf('@') + 1);
        if (question < 0) {
            return fields;
        }
        for (String field : bare.substring(question + 1).split("&", -1)) {
            int equals = field.indexOf('=');
            String written = equals < 0 ? field : field.substring(0, equals);
            fields.add(
                    new Field(
                            PartyReader.unescape(written),
                            equals < 0 ? "" : field.substring(equals + 1)));
        }
        return fields;
    }
}
