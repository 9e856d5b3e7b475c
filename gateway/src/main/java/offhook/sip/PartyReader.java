package offhook.sip;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import javax.sip.message.Request;
import offhook.call.Party;

/// Whom an INVITE is for, read from its Request-URI, and the numbers of other URIs (RFC 3261
/// §8.1.1, RFC 3966).
final class PartyReader {

    private static final int MAX_NUMBER_CHARS = 128;

    private PartyReader() {}

    /// The one who is called.
    ///
    /// @throws SipRequestException 404 when the URI names nobody that could be dialled
    static Party called(Request invite) throws SipRequestException {
        return new Party(number(invite.getRequestURI().toString()), "");
    }

    /// The number that a URI is for, or the user that stands in its place; may be empty.
    static String number(String uri) throws SipRequestException {
        String rest = uri.substring(uri.indexOf(':') + 1);
        String user = rest;
        if (uri.toLowerCase(Locale.ROOT).startsWith("sip")) {
            int at = rest.indexOf('@');
            user = at < 0 ? "" : rest.substring(0, at);
            int password = user.indexOf(':');
            user = password < 0 ? user : user.substring(0, password);
        }
        int parameters = user.indexOf(';');
        String number = unescape(parameters < 0 ? user : user.substring(0, parameters));
        boolean control = number.chars().anyMatch(c -> Character.isISOControl(c) || c == 0xfffd);
        if (control || number.length() > MAX_NUMBER_CHARS) {
            throw SipRequestException.refused(404, "a number that cannot be dialled");
        }
        return number;
    }

    /// RFC 3261 §19.1.2: `%HH` is a byte of UTF-8.
    static String unescape(String text) throws SipRequestException {
        if (text.indexOf('%') < 0) {
            return text;
        }
        byte[] in = text.getBytes(StandardCharsets.UTF_8);
        byte[] out = new byte[in.length];
        int length = 0;
        for (int i = 0; i < in.length; i++) {
            if (in[i] != '%') {
                out[length++] = in[i];
            } else if (i + 2 < in.length
                    && Character.digit(in[i + 1], 16) >= 0
                    && Character.digit(in[i + 2], 16) >= 0) {
                int value = Character.digit(in[i + 1], 16) * 16 + Character.digit(in[i + 2], 16);
                out[length++] = (byte) value;
                i += 2;
            } else {
                throw SipRequestException.malformed("a '%' that escapes nothing");
            }
        }
        return new String(out, 0, length, StandardCharsets.UTF_8);
    }
}
