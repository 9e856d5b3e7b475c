package offhook.blackbox;

import offhook.trace.EscapedText;

/// Text of a peer made fit for XML and HTML.
final class Markup {

    private Markup() {}

    /// Without markup and without what cannot be seen.
    static String text(String text) {
        return EscapedText.lines(text)
                .replace("&", "&amp;")
                .replace("<", "&lt;")
                .replace(">", "&gt;")
                .replace("\"", "&quot;")
                .replace("'", "&#39;");
    }
}
