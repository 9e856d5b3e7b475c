package offhook.web;

/// Text from outside, made fit for one line of a log: control characters, line separators and
/// characters that reorder text (Unicode bidirectional controls) are written as `\\uXXXX`, what is
/// longer than 200 characters is cut.
final class SafeText {

    private static final int MAX_CHARS = 200;

    private SafeText() {}

    static String of(String text) {
        int end = Math.min(text.length(), MAX_CHARS);
        StringBuilder safe = new StringBuilder(end + 8);
        for (int i = 0; i < end; i++) {
            char c = text.charAt(i);
            if (isUnsafe(c)) {
                safe.append(String.format("\\u%04x", (int) c));
            } else {
                safe.append(c);
            }
        }
        if (end < text.length()) {
            safe.append('…');
        }
        return safe.toString();
    }

    private static boolean isUnsafe(char c) {
        return switch (Character.getType(c)) {
            // FORMAT holds the bidirectional controls and zero-width characters.
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED ->
                    true;
            default -> c == '\\';
        };
    }
}
