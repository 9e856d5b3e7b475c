package offhook.cli;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.UncheckedIOException;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import offhook.cdr.RecordArchive;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.jspecify.annotations.Nullable;

/// Prints call records in one of the formats, each as it comes.
interface RecordPrinter extends AutoCloseable {

    /// Prints one.
    void print(Map<String, @Nullable Object> record) throws IOException;

    @Override
    default void close() {}

    /// For a list of them.
    static RecordPrinter many(RecordFormat format, PrintWriter out) throws IOException {
        return switch (format) {
            case TABLE -> new Table(out);
            case CSV -> new Csv(out);
            case JSON -> new JsonLines(out);
        };
    }

    /// For one that was asked for.
    static RecordPrinter single(RecordFormat format, PrintWriter out) throws IOException {
        return format == RecordFormat.TABLE
                ? record -> {
                    record.forEach((name, value) -> out.printf("%-14s %s%n", name, text(value)));
                    out.flush();
                }
                : many(format, out);
    }

    private static String text(@Nullable Object value) {
        return Objects.toString(value, "");
    }

    /// What fits a line of a terminal.
    final class Table implements RecordPrinter {

        private static final String LINE =
                "%-24s  %-8s  %-24s  %-16s  %-16s  %-12s  %-9s  %8s  %-16s  %s%n";

        private final PrintWriter out;

        private Table(PrintWriter out) {
            this.out = out;
            out.printf(
                    LINE, "STARTED", "WAY", "ID", "CALLER", "CALLED", "AGENT", "RESULT", "TALK S",
                    "REASON", "VERDICT");
        }

        @Override
        public void print(Map<String, @Nullable Object> record) {
            Object talk = record.get("talk_millis");
            out.printf(
                    LINE,
                    text(record.get("started_at")),
                    text(record.get("direction")),
                    text(record.get("id")),
                    text(record.get("caller")),
                    text(record.get("called")),
                    text(record.get("agent")),
                    record.get("ended_at") == null ? "open" : text(record.get("result")),
                    talk == null ? "" : Long.toString(Long.parseLong(talk.toString()) / 1000),
                    text(record.get("reason")),
                    text(record.get("verdict")));
        }

        @Override
        public void close() {
            out.flush();
        }
    }

    /// RFC 4180, with a line of names.
    final class Csv implements RecordPrinter {

        /// What spreadsheets take for a formula. A telephone number is none.
        private static final Pattern FORMULA = Pattern.compile("(?!\\+[0-9]+$)[=+\\-@\t\r].*");

        private final CSVPrinter printer;

        private Csv(PrintWriter out) throws IOException {
            printer =
                    new CSVPrinter(
                            out,
                            CSVFormat.RFC4180
                                    .builder()
                                    .setHeader(RecordArchive.columns().toArray(String[]::new))
                                    .get());
        }

        @Override
        public void print(Map<String, @Nullable Object> record) throws IOException {
            printer.printRecord(record.values().stream().map(Csv::cell).toList());
        }

        private static String cell(@Nullable Object value) {
            String text = text(value);
            return value instanceof String && FORMULA.matcher(text).lookingAt() ? "'" + text : text;
        }

        private static String text(@Nullable Object value) {
            return RecordPrinter.text(value);
        }

        @Override
        public void close() {
            try {
                printer.flush();
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
        }
    }

    /// One JSON object a line.
    final class JsonLines implements RecordPrinter {

        private final ObjectMapper mapper = new ObjectMapper();
        private final PrintWriter out;

        private JsonLines(PrintWriter out) {
            this.out = out;
        }

        @Override
        public void print(Map<String, @Nullable Object> record) throws IOException {
            out.println(mapper.writeValueAsString(record));
        }

        @Override
        public void close() {
            out.flush();
        }
    }
}
