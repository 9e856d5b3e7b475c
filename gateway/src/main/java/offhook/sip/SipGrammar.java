package offhook.sip;

import java.util.ArrayList;
import java.util.List;

/// The small words of SIP's grammar (RFC 3261 §25.1), strictly and in linear time.
final class SipGrammar {

    private static final String TOKEN_MARKS = "-.!%*_+`'~";

    private SipGrammar() {}

    static boolean isTokenChar(char c) {
        return (c >= 'a' && c <= 'z')
                || (c >= 'A' && c <= 'Z')
                || (c >= '0' && c <= '9')
                || TOKEN_MARKS.indexOf(c) >= 0;
    }

    static boolean isToken(String text) {
        return !text.isEmpty() && text.chars().allMatch(c -> isTokenChar((char) c));
    }

    /// A decimal number without a sign.
    ///
    /// @throws SipRequestException when it is no number or above `max`
    static long number(String text, long max) throws SipRequestException {
        long value = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < '0' || c > '9') {
                throw SipRequestException.malformed("not a number where one must be");
            }
            value = value * 10 + (c - '0');
            if (value > max) {
                throw SipRequestException.malformed("a number above " + max);
            }
        }
        if (text.isEmpty()) {
            throw SipRequestException.malformed("no number where one must be");
        }
        return value;
    }

    /// Checks for a number of whatever size.
    static void digits(String text) throws SipRequestException {
        if (text.isEmpty() || !text.chars().allMatch(c -> c >= '0' && c <= '9')) {
            throw SipRequestException.malformed("not a number where one must be");
        }
    }

    /// The values of a list, split at commas outside of quotes and angle brackets.
    static List<String> list(String value) {
        List<String> values = new ArrayList<>();
        boolean quoted = false;
        boolean bracketed = false;
        int start = 0;
        for (int i = 0; i < value.length(); i++) {
            char c = value.charAt(i);
            if (quoted) {
                if (c == '\\') {
                    i++;
                } else if (c == '"') {
                    quoted = false;
                }
            } else if (c == '"') {
                quoted = true;
            } else if (c == '<') {
                bracketed = true;
            } else if (c == '>') {
                bracketed = false;
            } else if (c == ',' && !bracketed) {
                values.add(value.substring(start, i).strip());
                start = i + 1;
            }
        }
        values.add(value.substring(start).strip());
        return values;
    }

    /// A host: a name, an IPv4 address, or an IPv6 address in brackets.
    static boolean isHost(String host) {
        if (host.startsWith("[")) {
            return host.endsWith("]") && isIpv6(host.substring(1, host.length() - 1));
        }
        return !host.isEmpty()
                && host.chars()
                        .allMatch(c ->
                                (c >= 'a' && c <= 'z')
                                        || (c >= 'A' && c <= 'Z')
                                        || (c >= '0' && c <= '9')
                                        || c == '-'
                                        || c == '.'
                                        || c == '_');
    }

    /// An IPv6 address as RFC 3986 §3.2.2 writes it; the grammar of RFC 3261 allowed three colons
    /// by mistake (RFC 5118 §4.10).
    static boolean isIpv6(String text) {
        int doubleColon = text.indexOf("::");
        if (doubleColon >= 0) {
            if (text.indexOf("::", doubleColon + 1) >= 0) {
                return false;
            }
            int left = groups(text.substring(0, doubleColon), false);
            int right = groups(text.substring(doubleColon + 2), true);
            return left >= 0 && right >= 0 && left + right <= 7;
        }
        return groups(text, true) == 8;
    }

    /// How many 16-bit groups a part holds; -1 when it is none.
    private static int groups(String part, boolean mayEndInIpv4) {
        if (part.isEmpty()) {
            return 0;
        }
        String[] fields = part.split(":", -1);
        int groups = 0;
        for (int i = 0; i < fields.length; i++) {
            String field = fields[i];
            if (mayEndInIpv4 && i == fields.length - 1 && field.indexOf('.') >= 0) {
                if (!isIpv4(field)) {
                    return -1;
                }
                groups += 2;
            } else if (isHex(field)) {
                groups++;
            } else {
                return -1;
            }
        }
        return groups;
    }

    private static boolean isHex(String field) {
        return !field.isEmpty()
                && field.length() <= 4
                && field.chars().allMatch(c -> Character.digit(c, 16) >= 0 && c < 0x80);
    }

    /// An IPv4 address in dotted decimal.
    static boolean isIpv4(String text) {
        String[] fields = text.split("\\.", -1);
        if (fields.length != 4) {
            return false;
        }
        for (String field : fields) {
            boolean digits =
                    !field.isEmpty()
                            && field.length() <= 3
                            && field.chars().allMatch(c -> c >= '0' && c <= '9');
            if (!digits || Integer.parseInt(field) > 255) {
                return false;
            }
        }
        return true;
    }
}
