package offhook.sip;

import java.util.regex.Pattern;

/// Text from the wire made fit for one line of a log: controls, quotes and all that is not ASCII
/// become `\\uXXXX`, and what is long is cut, as are the keys of a description (RFC 4568 §6.1).
final class LogText {

    private static final int MAX_CHARS = 200;
    private static final Pattern KEY = Pattern.compile("(?i)inline:[A-Za-z0-9+/=]*");

    private LogText() {}

    static String of(String wire) {
        String text = KEY.matcher(wire).replaceAll("inline:...");
        StringBuilder out = new StringBuilder(Math.min(text.length(), MAX_CHARS) + 8);
        for (int i = 0; i < text.length() && i < MAX_CHARS; i++) {
            char c = text.charAt(i);
            if (c < ' ' || c > '~' || c == '\\' || c == '$') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return text.length() > MAX_CHARS ? out.append("...").toString() : out.toString();
    }
}
