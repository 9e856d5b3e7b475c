package offhook.cdr;

import java.io.IOException;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import offhook.config.RecordsConfig;
import offhook.config.Secret;
import org.jspecify.annotations.Nullable;

/// Reads the records, also while a gateway writes them. One thread.
public final class RecordArchive implements AutoCloseable {

    private static final int FETCH_ROWS = 1000;

    /// Of those who do not say how long they would wait: longer than anybody does.
    private static final Duration NO_LIMIT = Duration.ofDays(30);

    /// How much longer a server may take to say that it ended a question.
    private static final Duration ANSWER_PATIENCE = Duration.ofSeconds(5);

    private final Connection connection;
    private final Dialect dialect;
    private Duration limit = NO_LIMIT;

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
            dialect.answerWithin(connection, 0);
            return new RecordArchive(connection, dialect);
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    /// From now on, no question may take longer: it fails with a [SlowSearchException].
    ///
    /// @throws IOException when the connection is gone
    public void within(Duration longest) throws IOException {
        limit = longest;
        try {
            dialect.answerWithin(
                    connection, Math.toIntExact(longest.plus(ANSWER_PATIENCE).toMillis()));
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    /// The names of the columns, in the order in which records have them.
    public static List<String> columns() {
        return Column.ALL.stream().map(Column::sql).toList();
    }

    /// The call of that id.
    public Optional<Map<String, @Nullable Object>> find(String id) throws IOException {
        First first = new First();
        read(RecordQuery.one(dialect, id), Column.ALL, first);
        return Optional.ofNullable(first.found);
    }

    /// Tells the calls of a filter, the latest first.
    ///
    /// @param most how many at most
    public void read(RecordFilter filter, int most, Reader reader) throws IOException {
        read(RecordQuery.select(dialect, Column.ALL, filter, "", most), Column.ALL, reader);
    }

    /// Tells a page of them, without what is JSON.
    ///
    /// @param after the place at which the page before ended; empty: the first page
    /// @return the place at which this one ends; empty when it is the last
    /// @throws IllegalArgumentException when `after` is no place
    public Optional<String> page(RecordFilter filter, String after, int most, Reader reader)
            throws IOException {
        List<Map<String, @Nullable Object>> page = new ArrayList<>();
        // One more than wanted tells whether another page follows.
        read(
                RecordQuery.select(dialect, Column.BRIEF, filter, after, most + 1),
                Column.BRIEF,
                page::add);
        boolean more = page.size() > most;
        for (Map<String, @Nullable Object> record : more ? page.subList(0, most) : page) {
            reader.read(record);
        }
        return more ? Optional.of(placeOf(page.get(most - 1))) : Optional.empty();
    }

    private static String placeOf(Map<String, @Nullable Object> record) {
        return RecordQuery.placeOf(
                Objects.requireNonNull(record.get("started_at")),
                Objects.requireNonNull(record.get("id")));
    }

    /// How many calls a filter has.
    ///
    /// @param most counts no further than that
    public int count(RecordFilter filter, int most) throws IOException {
        return ask(
                RecordQuery.count(dialect, filter, most), rows -> rows.next() ? rows.getInt(1) : 0);
    }

    private void read(RecordQuery query, List<Column> columns, Reader reader) throws IOException {
        ask(
                query,
                rows -> {
                    int count = 0;
                    while (rows.next()) {
                        reader.read(record(rows, columns));
                        count++;
                    }
                    return count;
                });
    }

    /// What is made of the rows that answer a question.
    @FunctionalInterface
    private interface Answer {
        int of(ResultSet rows) throws SQLException, IOException;
    }

    private int ask(RecordQuery query, Answer answer) throws IOException {
        try (PreparedStatement select = query.prepare(connection);
                SearchLimit watched = SearchLimit.begin(limit, select)) {
            select.setFetchSize(FETCH_ROWS);
            int found;
            try (ResultSet rows = select.executeQuery()) {
                found = answer.of(rows);
            } catch (SQLException e) {
                throw watched.orThrow(e);
            }
            connection.rollback(); // or whoever writes would wait until this is closed
            return found;
        } catch (SQLException e) {
            throw unreadable(e);
        }
    }

    private static IOException unreadable(SQLException e) {
        return new IOException("the call records cannot be read: " + DatabaseWords.of(e), e);
    }

    private static Map<String, @Nullable Object> record(ResultSet rows, List<Column> columns)
            throws SQLException, IOException {
        Map<String, @Nullable Object> record = new LinkedHashMap<>();
        for (Column column : columns) {
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
            throw new IOException(DatabaseWords.of(e), e);
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
