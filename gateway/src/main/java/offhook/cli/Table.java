package offhook.cli;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;

/// Rows in columns that are as wide as their widest cell, for a terminal; figures stand to the
/// right. Text from outside loses what would steer the terminal.
final class Table {

    private final List<List<String>> rows = new ArrayList<>();

    /// Columns in which there is something else than figures.
    private final boolean[] words;

    Table(String... columns) {
        rows.add(List.of(columns));
        words = new boolean[columns.length];
    }

    /// Adds a row of as many cells as there are columns.
    void add(Object... cells) {
        if (cells.length != words.length) {
            throw new IllegalArgumentException(cells.length + " cells");
        }
        List<String> row = new ArrayList<>();
        for (int i = 0; i < cells.length; i++) {
            String text = text(cells[i]);
            words[i] |= !(cells[i] instanceof Number) && !text.isEmpty();
            row.add(text);
        }
        rows.add(List.copyOf(row));
    }

    private static String text(Object cell) {
        return switch (cell) {
            case Double figure -> String.format(Locale.ROOT, "%.1f", figure);
            case Boolean is -> is ? "yes" : "no";
            default -> plain(String.valueOf(cell));
        };
    }

    /// Text without controls, C1 among them, and without what turns the direction of writing: each
    /// is a question mark.
    static String plain(String text) {
        return text.replaceAll(
                "[\\p{Cc}\\u200e\\u200f\\u2028\\u2029\\u202a-\\u202e\\u2066-\\u2069]", "?");
    }

    /// Who calls, as far as that may be known.
    static String caller(String number, boolean withheld) {
        return number.isEmpty() && withheld ? "withheld" : number;
    }

    /// A time of ISO 8601 to the second.
    static String second(String moment) {
        return moment.replaceFirst("\\.[0-9]+Z$", "Z");
    }

    /// The heading and the rows; only the words given when there is none.
    List<String> lines(String none) {
        if (rows.size() == 1) {
            return List.of(none);
        }
        int[] widths =
                IntStream.range(0, words.length)
                        .map(i -> rows.stream().mapToInt(row -> width(row.get(i))).max().orElse(0))
                        .toArray();
        return rows.stream().map(row -> line(row, widths)).toList();
    }

    private String line(List<String> cells, int[] widths) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            String cell = cells.get(i);
            int rest = widths[i] - width(cell);
            line.repeat(' ', words[i] ? 0 : rest).append(cell).repeat(' ', words[i] ? rest : 0);
            line.append("  ");
        }
        return line.toString().stripTrailing();
    }

    /// How many places of a terminal it takes.
    private static int width(String text) {
        return text.codePoints().map(Table::places).sum();
    }

    private static int places(int letter) {
        return switch (Character.getType(letter)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.FORMAT -> 0;
            default -> isWide(letter) ? 2 : 1;
        };
    }

    /// As Unicode's East Asian Width has it of letters that names are written in.
    private static boolean isWide(int letter) {
        return switch (Character.UnicodeScript.of(letter)) {
            case HAN, HIRAGANA, KATAKANA, HANGUL -> letter < 0xff61 || letter > 0xffdc;
            default ->
                    Character.isEmojiPresentation(letter) || (letter >= 0xff01 && letter <= 0xff60);
        };
    }
}
