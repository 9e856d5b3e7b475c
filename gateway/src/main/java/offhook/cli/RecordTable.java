package offhook.cli;

import java.io.PrintWriter;
import java.util.Map;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/// Prints call records for people.
final class RecordTable {

    private static final String LINE =
            "%-24s  %-8s  %-24s  %-16s  %-16s  %-10s  %-10s  %-12s  %-11s  %8s  %-16s  %s%n";

    private final PrintWriter out;

    /// Prints the head of a table.
    RecordTable(PrintWriter out) {
        this.out = out;
        out.printf(
                LINE, "STARTED", "WAY", "ID", "CALLER", "CALLED", "TRUNK", "OUT BY", "AGENT",
                "RESULT", "TALK S", "REASON", "VERDICT");
    }

    /// Prints what fits a line of a terminal.
    void row(Map<String, @Nullable Object> record) {
        Object talk = record.get("talk_millis");
        out.printf(
                LINE,
                text(record.get("started_at")),
                text(record.get("direction")),
                text(record.get("id")),
                Table.caller(text(record.get("caller")), isTrue(record.get("withheld"))),
                text(record.get("called")),
                text(record.get("source")),
                text(record.get("out_trunk")),
                text(record.get("agent")),
                record.get("ended_at") == null ? "open" : text(record.get("result")),
                talk == null ? "" : Long.toString(Long.parseLong(talk.toString()) / 1000),
                text(record.get("reason")),
                text(record.get("verdict")));
    }

    /// Prints all of one record.
    static void whole(PrintWriter out, Map<String, @Nullable Object> record) {
        record.forEach((name, value) -> out.printf("%-14s %s%n", name, text(value)));
    }

    /// Without what would steer the terminal.
    private static String text(@Nullable Object value) {
        return Table.plain(Objects.toString(value, ""));
    }

    /// As databases say it: SQLite by a number.
    private static boolean isTrue(@Nullable Object value) {
        return value instanceof Number number ? number.intValue() != 0 : Boolean.TRUE.equals(value);
    }
}
