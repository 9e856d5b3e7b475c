package offhook.sip;

import java.util.Locale;

/// Checks URIs (RFC 3261 §19.1, RFC 3966, RFC 3986) as far as this gateway relies on them.
final class UriSyntax {

    private UriSyntax() {}

    /// The scheme in lower case.
    ///
    /// @throws SipRequestException when there is none
    static String scheme(String uri) throws SipRequestException {
        int colon = uri.indexOf(':');
        if (colon <= 0 || !SipGrammar.isToken(uri.substring(0, colon))) {
            throw SipRequestException.malformed("not a URI");
        }
        return uri.substring(0, colon).toLowerCase(Locale.ROOT);
    }

    /// Checks a URI of any scheme.
    ///
    /// @param headersAllowed whether `?name=value` may follow, which a Request-URI must not carry
    static void check(String uri, boolean headersAllowed) throws SipRequestException {
        String scheme = scheme(uri);
        String rest = uri.substring(scheme.length() + 1);
        for (int i = 0; i < rest.length(); i++) {
            char c = rest.charAt(i);
            if (c <= ' ' || c == 0x7f || c == '<' || c == '>' || c == '"') {
                throw SipRequestException.malformed("a character that no URI may hold");
            }
        }
        if (rest.isEmpty()) {
            throw SipRequestException.malformed("a URI of nothing but a scheme");
        }
        if (scheme.equals("sip") || scheme.equals("sips")) {
            checkSip(rest, headersAllowed);
        }
    }

    private static void checkSip(String rest, boolean headersAllowed) throws SipRequestException {
        int at = rest.indexOf('@');
        if (at == 0 || rest.indexOf('@', at + 1) >= 0) {
            throw SipRequestException.malformed("a SIP URI with a wrong '@'");
        }
        checkEscapes(rest);
        String afterUser = rest.substring(at + 1);
        int question = afterUser.indexOf('?');
        if (question >= 0) {
            if (!headersAllowed) {
                throw SipRequestException.malformed("header fields in a Request-URI");
            }
            afterUser = afterUser.substring(0, question);
        }
        FieldCursor cursor = new FieldCursor(afterUser);
        cursor.hostPort();
        if (!cursor.atEnd() && cursor.peek() != ';') {
            throw SipRequestException.malformed("a SIP URI whose host does not end");
        }
        String parameters = cursor.until("");
        if (parameters.contains(";;") || parameters.endsWith(";")) {
            throw SipRequestException.malformed("an empty URI parameter");
        }
    }

    private static void checkEscapes(String text) throws SipRequestException {
        for (int i = text.indexOf('%'); i >= 0; i = text.indexOf('%', i + 1)) {
            if (i + 2 >= text.length()
                    || Character.digit(text.charAt(i + 1), 16) < 0
                    || Character.digit(text.charAt(i + 2), 16) < 0) {
                throw SipRequestException.malformed("a '%' that escapes nothing");
            }
        }
    }
}
