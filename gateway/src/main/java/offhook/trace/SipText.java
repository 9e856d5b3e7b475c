package offhook.trace;

import java.util.Locale;
import java.util.Set;

/// Reads of a SIP message the little that a record of it needs. The message may be anything.
final class SipText {

    private static final int MAX_LABEL_CHARS = 60;

    private SipText() {}

    /// Where the headers end, at the start of the empty line; the text's end when there is none.
    static int headersEnd(String text) {
        int end = text.indexOf("\r\n\r\n");
        return end < 0 ? text.length() : end + 2;
    }

    /// What follows the headers.
    static String body(String text) {
        int end = text.indexOf("\r\n\r\n");
        return end < 0 ? "" : text.substring(end + 4);
    }

    /// The value of the first field of a name, folded lines cut off; empty when there is none.
    ///
    /// @param names in lower case: the long one and the compact one
    static String header(String text, String... names) {
        Set<String> wanted = Set.of(names);
        int end = headersEnd(text);
        int at = text.indexOf("\r\n");
        while (at >= 0 && at + 2 < end) {
            int start = at + 2;
            at = text.indexOf("\r\n", start);
            String line = text.substring(start, at < 0 || at > end ? end : at);
            int colon = line.indexOf(':');
            if (colon > 0
                    && wanted.contains(line.substring(0, colon).strip().toLowerCase(Locale.ROOT))) {
                return line.substring(colon + 1).strip();
            }
        }
        return "";
    }

    /// `INVITE`, or `200 OK INVITE`.
    static String label(String text) {
        int end = text.indexOf("\r\n");
        String line = end < 0 ? text : text.substring(0, end);
        if (!line.startsWith("SIP/2.0 ")) {
            return cut(line.split(" ", 2)[0]);
        }
        String[] cseq = header(text, "cseq").split("[ \t]+", 2);
        return cut(line.substring(8) + (cseq.length < 2 ? "" : " " + cseq[1]));
    }

    private static String cut(String label) {
        return label.substring(0, Math.min(label.length(), MAX_LABEL_CHARS));
    }
}
