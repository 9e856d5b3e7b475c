package offhook.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import java.util.regex.Pattern;

/// Reads `ops.records`.
final class RecordsReader {

    private static final String DEFAULT_FOLDER = "data";
    private static final String FILE = "records.db";
    private static final String JDBC = "jdbc:";
    private static final String POSTGRESQL = "postgresql://";
    private static final Pattern POSTGRESQL_URL =
            Pattern.compile("postgresql://[^/?#@\\s]+/[^/?#@\\s]+(\\?[^\\s]*)?");
    private static final Pattern WITH_PASSWORD = Pattern.compile("(?i).*[?&](ssl)?password=.*");
    private static final int LONGEST_DAYS = 36_500;

    private RecordsReader() {}

    /// Empty: no records are kept.
    static Optional<RecordsConfig> read(Section ops) {
        Optional<Value> value = ops.find("records");
        if (value.flatMap(Value::scalar).filter("off"::equals).isPresent()) {
            return Optional.empty();
        }
        Section section = ops.section("records");
        Path folder =
                section.find("folder")
                        .flatMap(Value::file)
                        .orElseGet(() -> section.path(DEFAULT_FOLDER));
        String url =
                section.find("url")
                        .flatMap(RecordsReader::url)
                        .orElse(JDBC + "sqlite:" + folder.resolve(FILE));
        Optional<String> user = section.find("user").flatMap(Value::text);
        Optional<Secret> password = section.find("password").flatMap(Value::secret);
        Optional<Duration> keep =
                section.find("keep-days")
                        .flatMap(days -> days.integer(1, LONGEST_DAYS))
                        .map(Duration::ofDays);
        section.done();
        return Optional.of(new RecordsConfig(folder, url, user, password, keep));
    }

    private static Optional<String> url(Value value) {
        Optional<String> text = value.text();
        if (text.filter(t -> !POSTGRESQL_URL.matcher(t).matches()).isPresent()) {
            value.problem(
                    value.quoted()
                            + " is no database that is served; write "
                            + POSTGRESQL
                            + "HOST[:PORT]/DATABASE and its 'user' and 'password' beside it, or"
                            + " leave 'url' out for an SQLite file in 'folder'");
            return Optional.empty();
        }
        if (text.filter(t -> WITH_PASSWORD.matcher(t).matches()).isPresent()) {
            value.problem("a URL is shown to operators: write 'password' beside it, and not in it");
        }
        return text.map(JDBC::concat);
    }

    /// What the file says of such a database; empty: nothing.
    static Optional<String> written(String url) {
        return Optional.of(url)
                .filter(each -> each.startsWith(JDBC + POSTGRESQL))
                .map(each -> each.substring(JDBC.length()));
    }
}
