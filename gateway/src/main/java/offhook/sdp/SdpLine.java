package offhook.sdp;

import java.net.InetAddress;
import java.util.regex.Pattern;
import offhook.fault.Verdict;

/// One line of a description, which knows how to complain about itself.
///
/// @param number counted from 1
/// @param type the letter before `=`
/// @param value all after `=`
record SdpLine(int number, char type, String value) {

    private static final int QUOTED_LENGTH = 60;
    private static final Pattern KEY = Pattern.compile("((?i)inline:|crypto:).*");
    private static final Pattern DIGITS = Pattern.compile("[0-9]{1,10}");
    private static final Pattern DOTTED_QUAD =
            Pattern.compile("(?:(?:25[0-5]|2[0-4][0-9]|1?[0-9]?[0-9])(?:\\.(?!$)|$)){4}");
    private static final Pattern COLON_HEX = Pattern.compile("[0-9A-Fa-f:.]{2,45}");

    /// A complaint that the line cannot be read: 400.
    SdpException malformed(String what) {
        return new SdpException(Verdict.badRequest(), message(what));
    }

    /// A complaint that the line asks for what we do not do: 488.
    SdpException unacceptable(String what) {
        return new SdpException(Verdict.notAcceptable(), message(what));
    }

    private String message(String what) {
        return "line " + number + " '" + quote(type + "=") + quote(value) + "': " + what;
    }

    /// Text of the peer, made fit for our messages: short, printable ASCII, no keys (RFC 4568
    /// §6.1).
    static String quote(String text) {
        String open = KEY.matcher(text).replaceFirst("$1...");
        String cut =
                open.length() > QUOTED_LENGTH ? open.substring(0, QUOTED_LENGTH) + "..." : open;
        return cut.replaceAll("[^ -~]", "?");
    }

    /// The words of the value; at least `atLeast` of them.
    String[] words(int atLeast) throws SdpException {
        String[] words = value.strip().split(" +", -1);
        if (words.length < atLeast || words[0].isEmpty()) {
            throw malformed("fewer than " + atLeast + " fields");
        }
        return words;
    }

    /// A decimal number within bounds.
    long number(String text, long min, long max, String what) throws SdpException {
        if (DIGITS.matcher(text).matches()) {
            long n = Long.parseLong(text);
            if (n >= min && n <= max) {
                return n;
            }
        }
        throw malformed(what + " '" + quote(text) + "' is not within " + min + "-" + max);
    }

    int integer(String text, int min, int max, String what) throws SdpException {
        return (int) number(text, min, max, what);
    }

    /// The address of `IN IP4 192.0.2.1` or `IN IP6 2001:db8::1`, as the three words at `from`.
    InetAddress address(String[] words, int from) throws SdpException {
        if (words.length != from + 3 || !words[from].equals("IN")) {
            throw malformed("not of the form IN IP4|IP6 address");
        }
        String text = words[from + 2];
        if (text.indexOf('/') >= 0) {
            throw unacceptable("multicast is not served");
        }
        boolean v4 = DOTTED_QUAD.matcher(text).matches();
        boolean v6 = !v4 && text.indexOf(':') >= 0 && COLON_HEX.matcher(text).matches();
        if (!v4 && !v6) {
            throw unacceptable(
                    "'" + quote(text) + "' is no literal address; names are not resolved");
        }
        if (!words[from + 1].equals(v4 ? "IP4" : "IP6")) {
            throw malformed("'" + quote(text) + "' is no " + quote(words[from + 1]) + " address");
        }
        try {
            return InetAddress.ofLiteral(text);
        } catch (IllegalArgumentException e) {
            throw malformed("'" + quote(text) + "' is no address");
        }
    }
}
