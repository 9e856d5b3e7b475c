package offhook.cdr;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import offhook.files.OwnFiles;
import offhook.files.OwnFiles.Readers;

/// What the databases that we know say differently.
enum Dialect {
    SQLITE {
        @Override
        Map<String, String> properties() {
            // What was committed is on the disk. Not by a write-ahead log: its index is a file
            // that is mapped into memory, and a disk that is full or breaks then ends the whole
            // process (SIGBUS). Whoever searches is done within 10 s.
            return Map.of(
                    "journal_mode", "TRUNCATE", "synchronous", "FULL", "busy_timeout", "12000");
        }

        @Override
        boolean isThere(String url) {
            return file(url).filter(Files::exists).isPresent();
        }

        @Override
        Optional<Path> file(String url) {
            return Optional.of(Path.of(url.substring(SQLITE_URL.length())));
        }

        @Override
        void makeFiles(String url) throws IOException {
            String file = url.substring(SQLITE_URL.length());
            OwnFiles.make(Path.of(file), Readers.GROUP);
            for (String beside : List.of("-wal", "-shm", "-journal")) {
                OwnFiles.close(Path.of(file + beside), Readers.GROUP);
            }
        }

        @Override
        Map<String, String> readerProperties() {
            return Map.of("open_mode", READ_ONLY, "busy_timeout", "5000");
        }

        @Override
        String lastSeen() {
            return "max(started_at, coalesce(answered_at, ''), ?)";
        }

        @Override
        String talkedUntilLastSeen() {
            return "CAST(round(86400000 * (julianday("
                    + lastSeen()
                    + ") - julianday(answered_at))) AS INTEGER)";
        }

        @Override
        String parameter(Column column) {
            return "?";
        }

        @Override
        String shown(Column column) {
            return column.sql();
        }

        @Override
        String change(Column column) {
            return "UPDATE calls SET %1$s = json_patch(%1$s, ?) WHERE id = ?"
                    .formatted(column.sql());
        }

        @Override
        boolean refuses(SQLException failure) {
            return SQLITE_REFUSALS.contains(failure.getErrorCode() & 0xff);
        }
    },
    POSTGRESQL {
        @Override
        Map<String, String> properties() {
            return Map.of(
                    "connectTimeout",
                    "5",
                    "socketTimeout",
                    "20",
                    "tcpKeepAlive",
                    "true",
                    "ApplicationName",
                    "offhook");
        }

        @Override
        boolean isShared() {
            return true;
        }

        @Override
        Map<String, String> readerProperties() {
            return Map.of(
                    "connectTimeout",
                    "5",
                    "socketTimeout",
                    "5",
                    "tcpKeepAlive",
                    "true",
                    "readOnly",
                    "true",
                    "ApplicationName",
                    "offhook");
        }

        @Override
        void answerWithin(Connection connection, int millis) throws SQLException {
            connection.setNetworkTimeout(Runnable::run, millis);
        }

        @Override
        String lastSeen() {
            return "GREATEST(started_at, answered_at, CAST(? AS timestamptz))";
        }

        @Override
        String talkedUntilLastSeen() {
            return "CAST(round(1000 * extract(epoch FROM "
                    + lastSeen()
                    + " - answered_at)) AS bigint)";
        }

        @Override
        String parameter(Column column) {
            return switch (column.kind()) {
                case PLAIN -> "?";
                case TIME -> "CAST(? AS timestamptz)";
                case JSON, SAID -> "CAST(? AS jsonb)";
            };
        }

        @Override
        String shown(Column column) {
            return switch (column.kind()) {
                case PLAIN, JSON, SAID -> column.sql();
                case TIME ->
                        "to_char("
                                + column.sql()
                                + " AT TIME ZONE 'UTC', 'YYYY-MM-DD\"T\"HH24:MI:SS.MS\"Z\"') AS "
                                + column.sql();
            };
        }

        @Override
        String change(Column column) {
            return "UPDATE calls SET %1$s = jsonb_strip_nulls(%1$s || CAST(? AS jsonb)) WHERE id = ?"
                    .formatted(column.sql());
        }

        @Override
        boolean refuses(SQLException failure) {
            String state = String.valueOf(failure.getSQLState());
            return DATA_CLASSES.contains(state.substring(0, Math.min(2, state.length())));
        }
    };

    /// Parameters: level, text, call.
    static final String JUDGE = "UPDATE calls SET verdict = ?, verdict_text = ? WHERE id = ?";

    // Of databases that are shared, by their clock. A gateway that was not seen for a minute may be
    // dead, and so may one that was not seen since we are here.

    /// Parameters: run, node.
    static final String ALIVE =
            "INSERT INTO offhook_gateways (run, node, since, seen_at) VALUES (?, ?, now(), now())"
                    + " ON CONFLICT (run) DO UPDATE SET seen_at = excluded.seen_at";

    /// How many others of the same name live. Parameter: run.
    static final String NAMESAKES =
            "SELECT count(*) FROM offhook_gateways own JOIN offhook_gateways other"
                    + " ON other.node = own.node AND other.run <> own.run"
                    + " WHERE own.run = ? AND other.seen_at > own.since"
                    + " AND other.seen_at > now() - INTERVAL '60 seconds'";

    /// Parameter: run.
    static final String GONE =
            "DELETE FROM offhook_gateways WHERE run = ? OR seen_at < now() - INTERVAL '1 day'";

    /// SQLITE_TOOBIG, SQLITE_CONSTRAINT, SQLITE_MISMATCH.
    private static final Set<Integer> SQLITE_REFUSALS = Set.of(18, 19, 20);

    private static final String SQLITE_URL = "jdbc:sqlite:";

    /// SQLITE_OPEN_READONLY.
    private static final String READ_ONLY = "1";

    /// SQL states of data exceptions and of violated constraints.
    private static final Set<String> DATA_CLASSES = Set.of("22", "23");

    /// Which of them a JDBC URL leads to.
    static Dialect of(String url) {
        return url.startsWith(SQLITE_URL) ? SQLITE : POSTGRESQL;
    }

    /// Whether there can be a database, before it is asked.
    boolean isThere(String url) {
        return true;
    }

    /// The file that it is; none of a server's.
    Optional<Path> file(String url) {
        return Optional.empty();
    }

    /// Whether gateways on several machines may use it at once.
    boolean isShared() {
        return false;
    }

    /// Sees to the rights of its files before it is opened for writing: those that it makes beside
    /// them later have the same.
    void makeFiles(String url) throws IOException {}

    /// What its driver is told besides the URL.
    abstract Map<String, String> properties();

    /// The same for those who only read.
    abstract Map<String, String> readerProperties();

    /// Has a question fail when its server says nothing for so long; 0: for as long as it likes.
    /// Nothing to do where there is no server.
    void answerWithin(Connection connection, int millis) throws SQLException {}

    /// What stands for a value of the column in an INSERT.
    abstract String parameter(Column column);

    /// The column as text that people and programs read.
    abstract String shown(Column column);

    /// A change of what was said of a call. Parameters: the members that change (RFC 7396), the
    /// call.
    abstract String change(Column column);

    /// Whether it is this record that the database does not take; else it takes none now.
    abstract boolean refuses(SQLException failure);

    /// Where its schema lies on the class path.
    String schema() {
        return "classpath:offhook/cdr/" + name().toLowerCase(Locale.ROOT);
    }

    /// A record as it was seen. One that has ended stays as it is.
    String upsert() {
        return "INSERT INTO calls ("
                + Column.list(Column::sql)
                + ") VALUES ("
                + Column.list(this::parameter)
                + ") ON CONFLICT (id) DO UPDATE SET "
                + Column.ALL.stream()
                        .filter(column -> !column.isSaid())
                        .map(column -> column.sql() + " = excluded." + column.sql())
                        .collect(Collectors.joining(", "))
                + " WHERE calls.ended_at IS NULL";
    }

    /// Parameters: when, how many at most.
    String forget() {
        return "DELETE FROM calls WHERE id IN (SELECT id FROM calls WHERE started_at < "
                + parameter(Column.STARTED_AT)
                + " ORDER BY started_at LIMIT ?)";
    }

    /// The later of a moment, which is the parameter, and the last one that is known of a call.
    abstract String lastSeen();

    /// For how many milliseconds a call was talked in until [Dialect#lastSeen].
    abstract String talkedUntilLastSeen();

    /// Of the gateway's own calls: those of its folder, and of its name where an earlier version
    /// recorded them. Another gateway of the name, which lives, keeps its calls. Parameters: when,
    /// the same again, instance, node, before which calls began.
    String crash() {
        return "UPDATE calls SET ended_at = "
                + lastSeen()
                + ", talk_millis = CASE WHEN answered_at IS NOT NULL THEN "
                + talkedUntilLastSeen()
                + " END"
                + ", result = CASE WHEN answered_at IS NULL THEN 'failed' ELSE 'answered' END,"
                + " ended_by = 'gateway', reason = 'crash', sip_code = 500, q850_cause = 41,"
                + " detail = 'the gateway ended without ending its calls'"
                + " WHERE (instance = ? OR (instance IS NULL AND node = ?))"
                + " AND ended_at IS NULL AND started_at < "
                + parameter(Column.STARTED_AT);
    }
}
