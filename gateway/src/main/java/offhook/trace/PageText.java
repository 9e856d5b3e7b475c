package offhook.trace;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads of a page's message the little that a record of it needs. The message may be anything.
final class PageText {

    private static final Pattern TYPE = Pattern.compile("\"type\"\\s*:\\s*\"([a-z-]{1,30})\"");

    private PageText() {}

    static String type(String text) {
        Matcher type = TYPE.matcher(text);
        return type.find() ? type.group(1) : "message";
    }
}
