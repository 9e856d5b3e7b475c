package offhook.blackbox;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/// A ladder as a drawing (SVG 1.1). Nothing in it runs, and it fetches nothing.
final class LadderSvg {

    private static final int WIDTH = 270;
    private static final int MARGIN = 190;
    private static final int HEAD = 70;
    private static final int STEP = 26;

    /// Of a note; the drawing is as wide as the longest needs.
    private static final int NOTE_CHARS = 120;

    /// Room of a character of a note, in the widest of the usual fonts.
    private static final int NOTE_CHAR = 8;

    /// Of what stands in the box above a column, in its two sizes.
    private static final int TITLE_CHARS = 24;

    private static final int ADDRESS_CHARS = 30;

    /// Of a message, between two columns.
    private static final int LABEL_CHARS = 34;

    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("HH:mm:ss.SSS", Locale.ROOT).withZone(ZoneOffset.UTC);

    private final Ladder ladder;
    private final boolean linked;
    private final StringBuilder out = new StringBuilder(16_384);
    private int y = HEAD;

    private LadderSvg(Ladder ladder, boolean linked) {
        this.ladder = ladder;
        this.linked = linked;
    }

    /// @param linked whether each arrow leads to its message on the same page, `#m1` and so on
    static String of(Ladder ladder, boolean linked) {
        LadderSvg svg = new LadderSvg(ladder, linked);
        svg.draw();
        return svg.out.toString();
    }

    private void draw() {
        int height = HEAD + STEP * (ladder.rows().size() + 2);
        int width = width();
        out.append(
                """
                <svg xmlns="http://www.w3.org/2000/svg" width="%d" height="%d" \
                viewBox="0 0 %d %d" font-family="sans-serif" font-size="13">
                <defs><marker id="tip" markerWidth="10" markerHeight="8" refX="9" refY="4" \
                orient="auto"><path d="M0,0 L10,4 L0,8 z" fill="#1f5fa8"/></marker></defs>
                <rect width="100%%" height="100%%" fill="#ffffff"/>
                """
                        .formatted(width, height, width, height));
        for (int i = 0; i < ladder.columns().size(); i++) {
            head(i, height);
        }
        ladder.rows().forEach(this::row);
        out.append("</svg>\n");
    }

    private int width() {
        int longest =
                ladder.rows().stream()
                        .mapToInt(row -> row instanceof Ladder.Note note ? note.text().length() : 0)
                        .max()
                        .orElse(0);
        return Math.max(
                column(ladder.columns().size() - 1) + WIDTH / 2,
                column(Ladder.GATEWAY) + 24 + NOTE_CHAR * Math.min(longest, NOTE_CHARS));
    }

    /// Text that fits; all of it is shown to whoever points at it.
    private static String cut(String text, int most) {
        if (text.codePointCount(0, text.length()) <= most) {
            return Markup.text(text);
        }
        String shown = text.substring(0, text.offsetByCodePoints(0, most - 1)) + '…';
        return Markup.text(shown) + "<title>" + Markup.text(text) + "</title>";
    }

    private void head(int index, int height) {
        Ladder.Column column = ladder.columns().get(index);
        int x = column(index);
        out.append(
                """
                <line x1="%d" y1="%d" x2="%d" y2="%d" stroke="#b8bec6" stroke-dasharray="4 3"/>
                <rect x="%d" y="8" width="190" height="44" rx="5" fill="%s" stroke="#8a94a0"/>
                <text x="%d" y="27" text-anchor="middle" font-weight="bold">%s</text>
                <text x="%d" y="44" text-anchor="middle" font-size="11" fill="#555">%s</text>
                """
                        .formatted(
                                x,
                                HEAD - 18,
                                x,
                                height - STEP / 2,
                                x - 95,
                                index == Ladder.GATEWAY ? "#e3eefb" : "#f4f5f7",
                                x,
                                cut(column.title(), TITLE_CHARS),
                                x,
                                cut(column.address(), ADDRESS_CHARS)));
    }

    private void row(Ladder.Row row) {
        y += STEP;
        switch (row) {
            case Ladder.Arrow(Instant at, int from, int to, String label, int number) -> {
                time(at, number);
                arrow(from, to, label, number);
            }
            case Ladder.Note(Instant at, String text) -> {
                time(at, 0);
                note(text);
            }
            case Ladder.Pause(Instant _, Duration length) ->
                    out.append(
                            """
                            <text x="84" y="%d" text-anchor="end" fill="#888">%s later</text>
                            """
                                    .formatted(y + 4, LadderText.seconds(length)));
        }
    }

    private void time(Instant at, int number) {
        out.append(
                """
                <text x="12" y="%d" font-size="11" font-family="monospace" fill="#555">%s %s</text>
                """
                        .formatted(y + 4, TIME.format(at), number == 0 ? "" : "#" + number));
    }

    private void arrow(int from, int to, String label, int number) {
        int x1 = column(from) + (to > from ? 2 : -2);
        int x2 = column(to) + (to > from ? -2 : 2);
        String line =
                """
                <line x1="%d" y1="%d" x2="%d" y2="%d" stroke="#1f5fa8" stroke-width="1.4" \
                marker-end="url(#tip)"/>
                <text x="%d" y="%d" text-anchor="middle" fill="%s">%s</text>
                """
                        .formatted(
                                x1,
                                y + 4,
                                x2,
                                y + 4,
                                // Between the gateway and its neighbour on that side.
                                (column(Ladder.GATEWAY)
                                                + column(
                                                        Ladder.GATEWAY
                                                                + Integer.signum(
                                                                        from
                                                                                + to
                                                                                - 2
                                                                                        * Ladder
                                                                                                .GATEWAY)))
                                        / 2,
                                y - 1,
                                isRefusal(label) ? "#b3261e" : "#1a1a1a",
                                cut(label, LABEL_CHARS));
        out.append(linked ? "<a href=\"#m" + number + "\">" + line + "</a>\n" : line);
    }

    private static boolean isRefusal(String label) {
        return label.matches("[4-6][0-9][0-9] .*");
    }

    private void note(String text) {
        out.append(
                """
                <circle cx="%d" cy="%d" r="3.5" fill="#4a8f3c"/>
                <text x="%d" y="%d" font-style="italic" fill="#3c6e33" stroke="#ffffff" \
                stroke-width="4" paint-order="stroke">%s</text>
                """
                        .formatted(
                                column(Ladder.GATEWAY),
                                y,
                                column(Ladder.GATEWAY) + 9,
                                y + 4,
                                cut(text, NOTE_CHARS)));
    }

    private static int column(int index) {
        return MARGIN + 60 + index * WIDTH;
    }
}
