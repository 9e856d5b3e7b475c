package offhook.sip;

import gov.nist.javax.sip.message.SIPMessage;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.Logger;

/// A `name-addr` or `addr-spec` with its parameters, of the header fields that name a party (RFC
/// 3261 §20.10, RFC 3325, RFC 5806, RFC 7044).
///
/// @param displayName without quotes; may be empty
/// @param uri as written
/// @param number the number, or what stands in its place; may be empty
/// @param parameters of the field, by lower-case name
record NamedAddress(String displayName, String uri, String number, Map<String, String> parameters) {

    private static final Logger LOG = LogManager.getLogger(NamedAddress.class);
    private static final int MAX_CHARS = 1024;
    private static final int MAX_NAME_CHARS = 128;
    private static final Pattern VERSTAT =
            Pattern.compile(";verstat=([A-Za-z0-9-]{1,64})", Pattern.CASE_INSENSITIVE);

    /// Those of a header field that can be read; what cannot says nothing.
    static List<NamedAddress> all(SIPMessage message, String field) {
        List<NamedAddress> found = new ArrayList<>();
        for (String value : FieldValues.list(message, field)) {
            try {
                found.add(read(value));
            } catch (SipRequestException e) {
                LOG.debug("not read header={} because={}", field, e.explanation());
            }
        }
        return found;
    }

    private static NamedAddress read(String value) throws SipRequestException {
        if (value.length() > MAX_CHARS) {
            throw SipRequestException.malformed("an address that is too long");
        }
        FieldCursor cursor = new FieldCursor(value);
        cursor.skipBlanks();
        String name;
        if (cursor.peek() == '"') {
            name = FieldCursor.unquoted(cursor.quotedString());
            cursor.skipBlanks();
        } else if (value.indexOf('<') >= 0) {
            name = cursor.until("<").strip();
        } else {
            String uri = cursor.until("; \t,");
            UriSyntax.check(uri, false);
            return new NamedAddress("", uri, PartyReader.number(uri), cursor.parameters());
        }
        cursor.expect('<');
        String uri = cursor.until(">");
        cursor.expect('>');
        UriSyntax.check(uri, true);
        return new NamedAddress(
                PeerText.of(name, MAX_NAME_CHARS),
                uri,
                PartyReader.number(uri),
                cursor.parameters());
    }

    /// Whether it says that it does not say who it is (RFC 3323 §4.1.1.3).
    boolean isAnonymous() {
        String after = uri.substring(uri.indexOf(':') + 1);
        int at = after.indexOf('@');
        String user = at < 0 ? "" : after.substring(0, at);
        String host = after.substring(at + 1);
        return user.equalsIgnoreCase("anonymous")
                || host.regionMatches(true, 0, "anonymous.invalid", 0, 17);
    }

    /// What was found out about the number (TS 24.229 §7.2A.20, ATIS-1000074): a parameter of the
    /// number, of the URI, or of the field; empty when not said.
    String verstat() {
        Matcher inUri = VERSTAT.matcher(uri);
        return inUri.find() ? inUri.group(1) : parameters.getOrDefault("verstat", "");
    }
}
