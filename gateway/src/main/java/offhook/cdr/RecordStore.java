package offhook.cdr;

import com.zaxxer.hikari.HikariConfig;
import com.zaxxer.hikari.HikariDataSource;
import java.io.IOException;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import offhook.config.RecordsConfig;
import offhook.config.Secret;
import org.flywaydb.core.Flyway;
import org.flywaydb.core.api.FlywayException;

/// The database of the records. Owned by one thread, which may wait for it.
final class RecordStore implements AutoCloseable {

    /// So long it waits for a connection.
    static final Duration PATIENCE = Duration.ofSeconds(5);

    /// One to write, and one more by which Flyway locks while it changes the schema.
    private static final int CONNECTIONS = 2;

    /// Of an entry that does not say it, which an earlier version left.
    private static final String AFTER_ALL = "9999-12-31T23:59:59.999Z";

    private final Dialect dialect;
    private final HikariDataSource pool;

    private RecordStore(Dialect dialect, HikariDataSource pool) {
        this.dialect = dialect;
        this.pool = pool;
    }

    /// Connects, and brings the schema up to date.
    ///
    /// @throws SQLException when it cannot be reached or its schema is not ours
    static RecordStore open(RecordsConfig config) throws SQLException {
        Dialect dialect = Dialect.of(config.url());
        try {
            dialect.makeFiles(config.url());
        } catch (IOException e) {
            throw new SQLException(e.toString(), e);
        }
        HikariDataSource pool = new HikariDataSource(settings(config, dialect));
        try (Connection _ = pool.getConnection()) {
            // Whether it can be reached is no matter of its schema.
        } catch (SQLException e) {
            pool.close();
            throw e;
        }
        try {
            Flyway.configure()
                    .dataSource(pool)
                    .locations(dialect.schema())
                    .table("offhook_schema")
                    .baselineOnMigrate(true)
                    .baselineVersion("0")
                    .load()
                    .migrate();
        } catch (FlywayException e) {
            pool.close();
            throw new SQLException("the schema is not up to date: " + DatabaseWords.ofSchema(e), e);
        }
        return new RecordStore(dialect, pool);
    }

    private static HikariConfig settings(RecordsConfig config, Dialect dialect) {
        HikariConfig settings = new HikariConfig();
        settings.setPoolName("records");
        settings.setJdbcUrl(config.url());
        config.user().ifPresent(settings::setUsername);
        config.password().map(Secret::value).ifPresent(settings::setPassword);
        dialect.properties().forEach(settings::addDataSourceProperty);
        settings.setMaximumPoolSize(CONNECTIONS);
        settings.setMinimumIdle(1);
        settings.setConnectionTimeout(PATIENCE.toMillis());
        settings.setInitializationFailTimeout(-1);
        return settings;
    }

    /// Applies entries in their order, all or none of them.
    void write(List<Entry> entries) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            connection.setAutoCommit(false);
            try {
                for (Entry entry : entries) {
                    write(connection, entry);
                }
                connection.commit();
            } catch (SQLException e) {
                takeBack(connection, e);
                throw e;
            }
        }
    }

    /// SQLite takes a transaction back by itself when the disk is full, and then knows of none.
    private static void takeBack(Connection connection, SQLException why) {
        try {
            connection.rollback();
        } catch (SQLException e) {
            why.addSuppressed(e);
        }
    }

    private void write(Connection connection, Entry entry) throws SQLException {
        switch (entry) {
            case Entry.Seen(CallRecord call) -> {
                try (PreparedStatement upsert = connection.prepareStatement(dialect.upsert())) {
                    int index = 1;
                    for (Column column : Column.ALL) {
                        upsert.setObject(index++, column.read().apply(call));
                    }
                    upsert.executeUpdate();
                }
            }
            case Entry.Judged(String id, String verdict, String text) -> {
                try (PreparedStatement judge = connection.prepareStatement(Dialect.JUDGE)) {
                    judge.setString(1, verdict);
                    judge.setString(2, text);
                    judge.setString(3, id);
                    judge.executeUpdate();
                }
            }
            case Entry.Said said -> {
                String change = dialect.change(said.about().column());
                try (PreparedStatement patch = connection.prepareStatement(change)) {
                    patch.setString(1, Json.text(said.patch()));
                    patch.setString(2, said.call());
                    patch.executeUpdate();
                }
            }
            case Entry.Crashed(String node, String at, String before, String instance) -> {
                try (PreparedStatement crash = connection.prepareStatement(dialect.crash())) {
                    crash.setString(1, at);
                    crash.setString(2, at);
                    crash.setString(3, instance);
                    crash.setString(4, node);
                    crash.setString(5, before == null ? AFTER_ALL : before);
                    crash.executeUpdate();
                }
            }
        }
    }

    /// Whether the failure is the record's own: others are taken.
    boolean refuses(SQLException failure) {
        return dialect.refuses(failure);
    }

    /// Deletes what began before then, the oldest first.
    ///
    /// @param most how many at most
    /// @return how many records went
    int forgetBefore(Instant then, int most) throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement delete = connection.prepareStatement(dialect.forget())) {
            delete.setString(1, Times.text(then));
            delete.setInt(2, most);
            return delete.executeUpdate();
        }
    }

    /// Whether gateways on other machines may use it.
    boolean isShared() {
        return dialect.isShared();
    }

    /// A gateway lives.
    ///
    /// @param run of its process alone
    /// @return whether another one of its name does, too
    boolean showUp(String run, String node) throws SQLException {
        try (Connection connection = pool.getConnection()) {
            try (PreparedStatement alive = connection.prepareStatement(Dialect.ALIVE)) {
                alive.setString(1, run);
                alive.setString(2, node);
                alive.executeUpdate();
            }
            try (PreparedStatement others = connection.prepareStatement(Dialect.NAMESAKES)) {
                others.setString(1, run);
                try (ResultSet rows = others.executeQuery()) {
                    return rows.next() && rows.getInt(1) > 0;
                }
            }
        }
    }

    /// It lives no more, and nobody needs to know of those that were not seen for long.
    void leave(String run) throws SQLException {
        try (Connection connection = pool.getConnection();
                PreparedStatement gone = connection.prepareStatement(Dialect.GONE)) {
            gone.setString(1, run);
            gone.executeUpdate();
        }
    }

    @Override
    public void close() {
        pool.close();
    }
}
