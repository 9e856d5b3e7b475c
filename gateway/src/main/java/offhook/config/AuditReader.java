package offhook.config;

import java.nio.file.Path;
import java.util.Optional;

/// Reads `ops.audit`.
final class AuditReader {

    private static final String DEFAULT_FOLDER = "data";
    private static final String FILE = "audit.jsonl";
    private static final int DEFAULT_MEGABYTES = 64;
    private static final int MOST_MEGABYTES = 10_000;
    static final long MEGABYTE = 1024 * 1024;

    private AuditReader() {}

    /// Empty: nothing is kept.
    ///
    /// @param records beside which it lies unless told otherwise
    static Optional<AuditConfig> read(Section ops, Optional<RecordsConfig> records) {
        Optional<Value> value = ops.find("audit");
        if (value.flatMap(Value::scalar).filter("off"::equals).isPresent()) {
            return Optional.empty();
        }
        Section section = ops.section("audit");
        Path folder =
                records.map(RecordsConfig::folder).orElseGet(() -> section.path(DEFAULT_FOLDER));
        Path file = section.find("file").flatMap(Value::file).orElseGet(() -> folder.resolve(FILE));
        int megabytes = section.integer("rotate-megabytes", 1, MOST_MEGABYTES, DEFAULT_MEGABYTES);
        section.done();
        return Optional.of(new AuditConfig(file, megabytes * MEGABYTE));
    }
}
