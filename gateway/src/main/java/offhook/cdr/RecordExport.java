package offhook.cdr;

import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.Map;
import java.util.Objects;
import java.util.regex.Pattern;
import org.apache.commons.csv.CSVFormat;
import org.apache.commons.csv.CSVPrinter;
import org.jspecify.annotations.Nullable;

/// Writes records for other programs, each as it comes. Keeps nothing back: who made the output
/// flushes it.
public interface RecordExport extends RecordArchive.Reader {

    /// RFC 4180, with a line of names.
    static RecordExport csv(Appendable out) throws IOException {
        return new Csv(out);
    }

    /// One JSON object a line.
    static RecordExport jsonLines(Appendable out) {
        ObjectMapper mapper = new ObjectMapper();
        return record -> out.append(mapper.writeValueAsString(record)).append('\n');
    }

    /// As spreadsheets read it.
    final class Csv implements RecordExport {

        /// What spreadsheets take for a formula. A telephone number is none.
        private static final Pattern FORMULA = Pattern.compile("(?!\\+[0-9]+$)[=+\\-@\t\r].*");

        private final CSVPrinter printer;

        private Csv(Appendable out) throws IOException {
            printer =
                    new CSVPrinter(
                            out,
                            CSVFormat.RFC4180
                                    .builder()
                                    .setHeader(RecordArchive.columns().toArray(String[]::new))
                                    .get());
        }

        @Override
        public void read(Map<String, @Nullable Object> record) throws IOException {
            printer.printRecord(record.values().stream().map(Csv::cell).toList());
        }

        private static String cell(@Nullable Object value) {
            String text = Objects.toString(value, "");
            return value instanceof String && FORMULA.matcher(text).lookingAt() ? "'" + text : text;
        }
    }
}
