package offhook.blackbox;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import offhook.trace.EscapedText;

/// A ladder in characters, for terminals and mails.
final class LadderText {

    private static final int WIDTH = 36;
    private static final int MARGIN = 25;
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Ladder ladder;
    private final StringBuilder out = new StringBuilder(4096);

    private LadderText(Ladder ladder) {
        this.ladder = ladder;
    }

    static String of(Ladder ladder) {
        LadderText text = new LadderText(ladder);
        text.head();
        ladder.rows().forEach(text::row);
        return text.out.toString();
    }

    private void head() {
        StringBuilder titles = blank();
        StringBuilder addresses = blank();
        for (int i = 0; i < ladder.columns().size(); i++) {
            Ladder.Column column = ladder.columns().get(i);
            center(titles, i, column.title());
            center(addresses, i, column.address());
        }
        line(titles);
        line(addresses);
        line(bars());
    }

    private void row(Ladder.Row row) {
        StringBuilder line = bars();
        switch (row) {
            case Ladder.Arrow(Instant at, int from, int to, String label, int number) -> {
                put(line, 0, TIME.format(at));
                put(line, 14, "%6s".formatted("#" + number));
                arrow(line, from, to, label);
            }
            case Ladder.Note(Instant at, String text) -> {
                put(line, 0, TIME.format(at));
                line.setLength(column(Ladder.GATEWAY) + 1);
                line.append(" * ").append(EscapedText.of(text));
            }
            case Ladder.Pause(Instant _, Duration length) ->
                    put(line, 14, "... " + seconds(length));
        }
        line(line);
    }

    static String seconds(Duration length) {
        return String.format(Locale.ROOT, "%.1f s", length.toMillis() / 1000.0);
    }

    private static void arrow(StringBuilder line, int from, int to, String label) {
        int left = column(Math.min(from, to)) + 1;
        int right = column(Math.max(from, to)) - 1;
        for (int x = left; x <= right; x++) {
            line.setCharAt(x, '-');
        }
        line.setCharAt(to > from ? right : left, to > from ? '>' : '<');
        String shown = EscapedText.of(label);
        int room = right - left - 3;
        shown = " " + shown.substring(0, Math.min(shown.length(), room - 2)) + " ";
        put(line, left + (right - left + 1 - shown.length()) / 2, shown);
    }

    private static int column(int index) {
        return MARGIN + index * WIDTH;
    }

    private StringBuilder blank() {
        return new StringBuilder(" ".repeat(column(ladder.columns().size())));
    }

    private StringBuilder bars() {
        StringBuilder line = blank();
        for (int i = 0; i < ladder.columns().size(); i++) {
            line.setCharAt(column(i), '|');
        }
        return line;
    }

    private static void center(StringBuilder line, int column, String text) {
        String shown = EscapedText.of(text);
        shown = shown.substring(0, Math.min(shown.length(), WIDTH - 2));
        put(line, Math.max(0, column(column) - shown.length() / 2), shown);
    }

    private static void put(StringBuilder line, int at, String text) {
        line.replace(at, Math.min(line.length(), at + text.length()), text);
    }

    private void line(StringBuilder line) {
        out.append(line.toString().stripTrailing()).append('\n');
    }
}
