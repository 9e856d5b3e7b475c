package offhook.cli;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/// A call's story for people at a terminal. Times are UTC, as in the object.
final class StoryPrinter {

    private static final String BARS = "▁▂▃▄▅▆▇█";
    private static final char UNKNOWN = '·';
    private static final int WIDTH = 60;

    /// From `2026-03-01T14:02:11.123Z`.
    private static final int TIME_FROM = 11;

    private static final int TIME_TO = 23;

    private final JsonNode story;
    private final List<String> lines = new ArrayList<>();

    StoryPrinter(JsonNode story) {
        this.story = story;
    }

    List<String> lines() {
        head();
        findings();
        events();
        plots();
        return lines;
    }

    private String text(String field) {
        return Table.plain(story.path(field).asText(""));
    }

    private static String time(JsonNode moment) {
        String text = moment.asText("");
        return text.length() < TIME_TO ? text : text.substring(TIME_FROM, TIME_TO);
    }

    private void head() {
        JsonNode verdict = story.path("verdict");
        lines.add(
                "call "
                        + text("id")
                        + ": "
                        + Table.caller(text("from"), story.path("withheld").asBoolean())
                        + " -> "
                        + text("to")
                        + ", "
                        + text("trunk")
                        + (text("out-trunk").isEmpty() ? "" : ", out by " + text("out-trunk"))
                        + (text("agent").isEmpty() ? "" : ", agent " + text("agent"))
                        + ", "
                        + text("state"));
        lines.add(
                "began "
                        + text("began")
                        + (story.path("talk-seconds").isNumber()
                                ? ", talked " + text("talk-seconds") + " s"
                                : "")
                        + (story.path("cause").isObject()
                                ? ", ended by the "
                                        + Table.plain(story.path("cause").path("by").asText())
                                        + ": "
                                        + Table.plain(story.path("cause").path("text").asText())
                                : ""));
        lines.add("");
        lines.add(
                Table.plain(verdict.path("level").asText())
                        + ": "
                        + Table.plain(verdict.path("text").asText()));
    }

    private void findings() {
        Table table = new Table("SEVERITY", "RULE", "LEG", "WAY", "FROM", "TO", "WHAT");
        for (JsonNode each : story.path("findings")) {
            table.add(
                    each.path("severity").asText(),
                    each.path("rule").asText(),
                    each.path("leg").isNull() ? "" : each.path("leg").asText(),
                    each.path("direction").asText(),
                    time(each.path("from")),
                    time(each.path("to")),
                    each.path("text").asText());
        }
        lines.add("");
        lines.addAll(table.lines("no findings"));
    }

    private void events() {
        Table table = new Table("AT", "LEG", "EVENT");
        for (JsonNode each : story.path("events")) {
            table.add(
                    time(each.path("at")),
                    each.path("leg").isNull() ? "" : each.path("leg").asText(),
                    each.path("text").asText());
        }
        lines.add("");
        lines.addAll(table.lines("no events"));
    }

    private void plots() {
        int step = story.path("series").path("step-seconds").asInt(1);
        for (JsonNode leg : story.path("series").path("legs")) {
            lines.add("");
            lines.add(
                    "leg "
                            + leg.path("leg").asText()
                            + " "
                            + Table.plain(leg.path("kind").asText())
                            + ", "
                            + Table.plain(leg.path("who").asText())
                            + ", from its beginning in steps of "
                            + step
                            + " s or more");
            whole(leg.path("whole-call"));
            plots(leg.path("heard-by-us"), "in ");
            plots(leg.path("heard-by-peer"), "out");
        }
    }

    /// Of a call that is over.
    private void whole(JsonNode sounded) {
        if (sounded.isObject()) {
            lines.add(
                    "  whole call: in MOS "
                            + opinion(sounded.path("mos"))
                            + ", out MOS "
                            + opinion(sounded.path("peer-mos"))
                            + (sounded.path("round-trip-ms").isNull()
                                    ? " (the network's delay is unknown and not in it)"
                                    : ""));
        }
    }

    private static String opinion(JsonNode mos) {
        return mos.isNumber() ? String.format(Locale.ROOT, "%.2f", mos.asDouble()) : "unknown";
    }

    private void plots(JsonNode heard, String way) {
        plot(way + " loss     %", heard.path("loss"), 20, false);
        plot(way + " jitter  ms", heard.path("jitter-ms"), 100, false);
        plot(way + " delay   ms", heard.path("delay-ms"), 400, false);
        plot(way + " mos       ", heard.path("mos"), 4.5, true);
    }

    /// Of no more columns than fit; the worst stands for several.
    private void plot(String name, JsonNode values, double full, boolean lowIsBad) {
        StringBuilder bars = new StringBuilder();
        double worst = Double.NaN;
        int columns = Math.min(WIDTH, values.size());
        for (int i = 0; i < columns; i++) {
            double value =
                    worst(
                            values,
                            i * values.size() / columns,
                            (i + 1) * values.size() / columns,
                            lowIsBad);
            worst = worse(worst, value, lowIsBad);
            bars.append(Double.isNaN(value) ? UNKNOWN : bar(value / full));
        }
        lines.add(
                "  "
                        + name
                        + "  "
                        + (Double.isNaN(worst)
                                ? "unknown"
                                : bars + "  worst " + String.format(Locale.ROOT, "%.1f", worst)));
    }

    private static char bar(double share) {
        return BARS.charAt(
                Math.clamp(Math.round(share * (BARS.length() - 1)), 0, BARS.length() - 1));
    }

    private static double worst(JsonNode values, int from, int to, boolean lowIsBad) {
        double worst = Double.NaN;
        for (int i = from; i < to; i++) {
            worst = worse(worst, values.get(i).asDouble(Double.NaN), lowIsBad);
        }
        return worst;
    }

    private static double worse(double one, double other, boolean lowIsBad) {
        if (Double.isNaN(one) || Double.isNaN(other)) {
            return Double.isNaN(one) ? other : one;
        }
        return lowIsBad ? Math.min(one, other) : Math.max(one, other);
    }
}
