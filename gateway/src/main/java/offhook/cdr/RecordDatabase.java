package offhook.cdr;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import java.util.Properties;
import offhook.config.RecordsConfig;
import offhook.config.Secret;

/// Whether the database of call records is there, and which version its schema has. Changes
/// nothing.
public final class RecordDatabase {

    private RecordDatabase() {}

    /// What was found.
    ///
    /// @param product which database, and its version
    /// @param schema version of the schema; empty: the first start will make it
    public record State(String product, Optional<String> schema) {}

    /// Looks; empty when it is a file that the first start will make.
    ///
    /// @throws IOException when it cannot be reached
    public static Optional<State> look(RecordsConfig config) throws IOException {
        Dialect dialect = Dialect.of(config.url());
        if (!dialect.isThere(config.url())) {
            return Optional.empty();
        }
        Properties properties = new Properties();
        dialect.readerProperties().forEach(properties::setProperty);
        config.user().ifPresent(user -> properties.setProperty("user", user));
        config.password()
                .map(Secret::value)
                .ifPresent(password -> properties.setProperty("password", password));
        try (Connection connection = DriverManager.getConnection(config.url(), properties)) {
            String product =
                    connection.getMetaData().getDatabaseProductName()
                            + " "
                            + connection.getMetaData().getDatabaseProductVersion();
            return Optional.of(new State(product, schema(connection)));
        } catch (SQLException e) {
            throw new IOException(DatabaseWords.of(e), e);
        }
    }

    private static Optional<String> schema(Connection connection) {
        try (Statement select = connection.createStatement();
                ResultSet rows =
                        select.executeQuery(
                                "SELECT version FROM offhook_schema WHERE version IS NOT NULL"
                                        + " ORDER BY installed_rank DESC LIMIT 1")) {
            return rows.next() ? Optional.of(rows.getString(1)) : Optional.empty();
        } catch (SQLException _) {
            return Optional.empty(); // no gateway has been here yet
        }
    }
}
