package offhook.web;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// What a page says of its visitor, made fit for people's eyes.
final class GuestFields {

    static final int MAX_CHARS = 300;

    private GuestFields() {}

    /// The fields that are let in, in the order of the configuration; empty ones are left out.
    static Map<String, String> fit(Map<String, String> said, List<String> allowed) {
        Map<String, String> fields = new LinkedHashMap<>();
        for (String name : allowed) {
            String text = plain(said.getOrDefault(name, ""));
            if (!text.isEmpty()) {
                fields.put(name, text);
            }
        }
        return fields;
    }

    /// One line without what controls or reorders text (Unicode bidirectional controls).
    private static String plain(String text) {
        StringBuilder plain = new StringBuilder();
        text.codePoints()
                .map(c -> isUnfit(c) ? ' ' : c)
                .limit(MAX_CHARS)
                .forEach(plain::appendCodePoint);
        return plain.toString().strip();
    }

    private static boolean isUnfit(int codePoint) {
        return switch (Character.getType(codePoint)) {
            case Character.CONTROL,
                    Character.FORMAT,
                    Character.LINE_SEPARATOR,
                    Character.PARAGRAPH_SEPARATOR,
                    Character.SURROGATE,
                    Character.PRIVATE_USE,
                    Character.UNASSIGNED ->
                    true;
            default -> false;
        };
    }
}
