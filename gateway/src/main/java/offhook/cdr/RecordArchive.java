package offhook.cdr;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Properties;
import offhook.config.RecordsConfig;
import offhook.config.Secret;
import org.jspecify.annotations.Nullable;

/// Reads the records, also while a gateway writes them. One thread.
public final class RecordArchive implements AutoCloseable {

    private static final int FETCH_ROWS = 1000;

    private final Connection connection;
    private final Dialect dialect;

    private RecordArchive(Connection connection, Dialect dialect) {
        this.connection = connection;
        this.dialect = dialect;
    }

    /// Connects.
    ///
    /// @throws IOException when the database cannot be reached
    public static RecordArchive open(RecordsConfig config) throws IOException {
        Dialect dialect = Dialect.of(config.url());
        if (!dialect.isThere(config.url())) {
            throw new IOException("no call has been recorded yet: " + config.url());
        }
        Properties properties = new Properties();
        dialect.readerProperties().forEach(properties::setProperty);
        config.user().ifPresent(user -> properties.setProperty("user", user));
        config.password()
                .map(Secret::value)
                .ifPresent(password -> properties.setProperty("password", password));
        try {
            Connection connection = DriverManager.getConnection(config.url(), properties);
            connection.setAutoCommit(false); // or rows do not come bit by bit
            return new RecordArchive(connection, dialect);
        } catch (SQLException e) {
            throw new IOException("the call records cannot be read: " + e.getMessage(), e);
        }
    }

    /// The names of the columns, in the order in which records have them.
    public static List<String> columns() {
        return Column.ALL.stream().map(Column::sql).toList();
    }

    /// The call of that id.
    public Optional<Map<String, @Nullable Object>> find(String id) throws IOException {
        First first = new First();
        read(" WHERE id = ?", List.of(id), first);
        return Optional.ofNullable(first.found);
    }

    /// Tells the calls that began in a span of time, the latest first.
    ///
    /// @param most how many at most
    public void read(Instant since, Instant until, int most, Reader reader) throws IOException {
        String began = dialect.parameter(Column.STARTED_AT);
        read(
                " WHERE started_at >= "
                        + began
                        + " AND started_at < "
                        + began
                        + " ORDER BY started_at DESC LIMIT "
                        + most,
                List.of(Times.text(since), Times.text(until)),
                reader);
    }

    private void read(String which, List<String> parameters, Reader reader) throws IOException {
        String query = "SELECT " + Column.list(dialect::shown) + " FROM calls" + which;
        try (PreparedStatement select = connection.prepareStatement(query)) {
            select.setFetchSize(FETCH_ROWS);
            for (int i = 0; i < parameters.size(); i++) {
                select.setString(i + 1, parameters.get(i));
            }
            try (ResultSet rows = select.executeQuery()) {
                while (rows.next()) {
                    reader.read(record(rows));
                }
            }
        } catch (SQLException e) {
            throw new IOException("the call records cannot be read: " + e.getMessage(), e);
        }
    }

    private Map<String, @Nullable Object> record(ResultSet rows) throws SQLException, IOException {
        Map<String, @Nullable Object> record = new LinkedHashMap<>();
        for (Column column : Column.ALL) {
            record.put(
                    column.sql(),
                    switch (column.kind()) {
                        case PLAIN -> rows.getObject(column.sql());
                        case TIME -> rows.getString(column.sql());
                        case JSON, SAID -> Json.tree(rows.getString(column.sql()));
                    });
        }
        return record;
    }

    @Override
    public void close() throws IOException {
        try {
            connection.close();
        } catch (SQLException e) {
            throw new IOException(e.getMessage(), e);
        }
    }

    /// Takes records one by one: there may be more than memory holds.
    @FunctionalInterface
    public interface Reader {
        /// Takes one.
        ///
        /// @param record values by column; a value may be null
        void read(Map<String, @Nullable Object> record) throws IOException;
    }

    /// Keeps the first record.
    private static final class First implements Reader {
        private @Nullable Map<String, @Nullable Object> found;

        @Override
        public void read(Map<String, @Nullable Object> record) {
            found = record;
        }
    }
}
