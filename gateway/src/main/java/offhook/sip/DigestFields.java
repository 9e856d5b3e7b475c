package offhook.sip;

import java.util.HashMap;
import java.util.Locale;
import java.util.Map;

/// The parameters of a challenge or of credentials (RFC 3261 §25.1, RFC 7616 §3.3, §3.4).
final class DigestFields {

    private DigestFields() {}

    /// Names in lower case, values unquoted.
    ///
    /// @throws SipRequestException for another scheme than Digest, too
    static Map<String, String> read(String value) throws SipRequestException {
        FieldCursor cursor = new FieldCursor(value.strip());
        if (!cursor.token().equalsIgnoreCase("Digest")) {
            throw SipRequestException.malformed("a challenge or credentials that are no digest");
        }
        Map<String, String> parameters = new HashMap<>();
        do {
            cursor.skipBlanks();
            String name = cursor.token().toLowerCase(Locale.ROOT);
            cursor.skipBlanks();
            cursor.expect('=');
            cursor.skipBlanks();
            String text = cursor.peek() == '"' ? unquoted(cursor.quotedString()) : cursor.token();
            if (parameters.put(name, text) != null) {
                throw SipRequestException.malformed("the parameter " + name + " twice");
            }
            cursor.skipBlanks();
        } while (cursor.take(','));
        if (!cursor.atEnd()) {
            throw SipRequestException.malformed("a digest with more behind it");
        }
        return parameters;
    }

    private static String unquoted(String quoted) throws SipRequestException {
        StringBuilder text = new StringBuilder();
        for (int i = 1; i < quoted.length() - 1; i++) {
            char c = quoted.charAt(i);
            if (c == '\\') {
                i++;
                c = quoted.charAt(i);
            }
            if (c < ' ' || c == '\u007f') {
                throw SipRequestException.malformed("a control character in a digest");
            }
            text.append(c);
        }
        return text.toString();
    }
}
