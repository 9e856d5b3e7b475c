package offhook.trace;

/// Text of a peer as printable ASCII on one line: CR LF, the end of a line of SIP, becomes `\n`,
/// what else is not printable `\\uXXXX`, and a backslash or quote is escaped by a backslash, so
/// that nothing that a peer writes can look like it.
public final class EscapedText {

    private EscapedText() {}

    /// The escaped text.
    public static String of(String text) {
        StringBuilder out = new StringBuilder(text.length() + 64);
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c == '\r' && i + 1 < text.length() && text.charAt(i + 1) == '\n') {
                out.append("\\n");
                i++;
            } else if (c == '\\' || c == '"') {
                out.append('\\').append(c);
            } else if (c < ' ' || c > '~') {
                out.append(String.format("\\u%04x", (int) c));
            } else {
                out.append(c);
            }
        }
        return out.toString();
    }

    /// The same for people to read line by line: ends of lines stay, and all that is printable.
    public static String lines(String text) {
        StringBuilder out = new StringBuilder(text.length() + 64);
        text.replace("\r\n", "\n")
                .codePoints()
                .forEach(c -> {
                    if (c == '\n' || c == '\t' || isPrintable(c)) {
                        out.appendCodePoint(c);
                    } else {
                        out.append(String.format("\\u%04x", c));
                    }
                });
        return out.toString();
    }

    private static boolean isPrintable(int c) {
        return switch (Character.getType(c)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR ->
                    false;
            default -> true;
        };
    }
}
