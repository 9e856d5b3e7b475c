package offhook.sip;

import java.nio.charset.StandardCharsets;
import java.util.Locale;
import javax.sip.address.Address;
import javax.sip.address.URI;
import javax.sip.header.FromHeader;
import javax.sip.message.Request;
import offhook.call.Party;

/// Who calls and who is called, read from an INVITE: the caller from From, which nobody vouches
/// for, the called number from the Request-URI (RFC 3261 §8.1.1, RFC 3966).
final class PartyReader {

    private static final int MAX_NUMBER_CHARS = 128;
    private static final int MAX_NAME_CHARS = 128;

    private PartyReader() {}

    /// The one who calls. A number that cannot be read counts as withheld.
    static Party caller(Request invite) {
        return party(((FromHeader) invite.getHeader(FromHeader.NAME)).getAddress());
    }

    /// Whom an address names. A number that cannot be read counts as withheld.
    static Party party(Address from) {
        String number;
        try {
            number = number(from.getURI());
        } catch (SipRequestException e) {
            number = "";
        }
        String name = from.getDisplayName();
        return new Party(number, name == null ? "" : displayName(name));
    }

    /// The one who is called.
    ///
    /// @throws SipRequestException 404 when the URI names nobody that could be dialled
    static Party called(Request invite) throws SipRequestException {
        return new Party(number(invite.getRequestURI()), "");
    }

    /// The user part of a URI.
    static String number(URI uri) throws SipRequestException {
        String text = uri.toString();
        String rest = text.substring(text.indexOf(':') + 1);
        String user = rest;
        if (text.toLowerCase(Locale.ROOT).startsWith("sip")) {
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
    private static String unescape(String text) throws SipRequestException {
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

    private static String displayName(String written) {
        String text = written.strip();
        if (text.length() >= 2 && text.startsWith("\"") && text.endsWith("\"")) {
            text = text.substring(1, text.length() - 1);
        }
        StringBuilder name = new StringBuilder();
        for (int i = 0; i < text.length() && name.length() < MAX_NAME_CHARS; i++) {
            char c = text.charAt(i);
            if (c == '\\' && i + 1 < text.length()) {
                c = text.charAt(++i);
            }
            if (!Character.isISOControl(c)) {
                name.append(c);
            }
        }
        return name.toString();
    }
}
