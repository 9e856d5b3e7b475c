package offhook.cdr;

import java.sql.SQLException;
import java.sql.SQLTransientConnectionException;
import offhook.fault.FailureWords;
import org.flywaydb.core.api.FlywayException;

/// Why a database does not do what is wanted, in one line.
final class DatabaseWords {

    private static final int MOST_CAUSES = 10;

    private DatabaseWords() {}

    /// Of the driver, or of the pool: that says only that no connection came in time, and has in
    /// its cause what the database said.
    static String of(Throwable failure) {
        Throwable at = failure;
        while (at instanceof SQLTransientConnectionException
                && at.getCause() instanceof SQLException cause) {
            at = cause;
        }
        return at instanceof SQLTransientConnectionException
                ? "it does not answer: no connection within %d s"
                        .formatted(RecordStore.PATIENCE.toSeconds())
                : firstLine(at);
    }

    /// Of a change of the schema: Flyway's first line names the script, what the database said of
    /// it stands among the causes.
    static String ofSchema(FlywayException failure) {
        Throwable at = failure;
        for (int i = 0; i < MOST_CAUSES && at.getCause() != null; i++) {
            at = at.getCause();
            if (at instanceof SQLException said) {
                return firstLine(failure) + ": " + of(said);
            }
        }
        return firstLine(failure);
    }

    private static String firstLine(Throwable failure) {
        return FailureWords.of(failure).lines().findFirst().orElse("");
    }
}
