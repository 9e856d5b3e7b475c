package offhook.cdr;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/// A question to the table `calls`: its SQL and the values in it. Text from outside is always a
/// value.
///
/// @param sql in the words of the database that is asked
record RecordQuery(String sql, List<Object> values) {

    /// A place among the records, as [#placeOf] writes it.
    private static final Pattern PLACE =
            Pattern.compile("([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{12}Z)~([0-9A-Za-z-]{1,64})");

    /// By the column, and not by the text that is shown of it, or no index would help.
    private static final String LATEST_FIRST = " ORDER BY calls.started_at DESC, calls.id DESC";

    RecordQuery {
        values = List.copyOf(values);
    }

    /// The records of a filter, the latest first.
    ///
    /// @param after a place behind which to begin; empty: at the latest
    /// @throws IllegalArgumentException when that is no place
    static RecordQuery select(
            Dialect dialect, List<Column> columns, RecordFilter filter, String after, int most) {
        List<RecordFilter.Condition> place = after.isEmpty() ? List.of() : List.of(before(after));
        return of(
                dialect,
                "SELECT " + Column.list(columns, dialect::shown),
                filter.branches().stream()
                        .map(branch -> Stream.concat(branch.stream(), place.stream()).toList())
                        .toList(),
                LATEST_FIRST + " LIMIT " + most);
    }

    /// How many records a filter has.
    ///
    /// @param most it does not count further
    static RecordQuery count(Dialect dialect, RecordFilter filter, int most) {
        RecordQuery some = of(dialect, "SELECT 1", filter.branches(), " LIMIT " + most);
        return new RecordQuery(
                "SELECT count(*) FROM (" + some.sql() + ") AS fitting", some.values());
    }

    /// The record of a call.
    static RecordQuery one(Dialect dialect, String id) {
        return of(
                dialect,
                "SELECT " + Column.list(Column.ALL, dialect::shown),
                List.of(List.of(RecordFilter.Condition.of("id = ?", id))),
                "");
    }

    /// Where a record stands among the others, however many come in front of it later.
    static String placeOf(Object startedAt, Object id) {
        return startedAt + "~" + id;
    }

    private static RecordFilter.Condition before(String place) {
        var parts = PLACE.matcher(place);
        if (!parts.matches()) {
            throw new IllegalArgumentException("after: no place of a page of records");
        }
        return new RecordFilter.Condition(
                "(started_at, id) < (?t, ?)", List.of(parts.group(1), parts.group(2)));
    }

    /// @param branches as [RecordFilter#branches] has them: each is read along an index of its own
    private static RecordQuery of(
            Dialect dialect,
            String what,
            List<List<RecordFilter.Condition>> branches,
            String rest) {
        String from =
                branches.size() == 1
                        ? "calls" + where(dialect, branches.getFirst())
                        : branches.stream()
                                .map(branch -> "SELECT * FROM calls" + where(dialect, branch))
                                .collect(Collectors.joining(" UNION ALL ", "(", ") AS calls"));
        return new RecordQuery(
                what + " FROM " + from + rest,
                branches.stream()
                        .flatMap(List::stream)
                        .flatMap(condition -> condition.values().stream())
                        .toList());
    }

    private static String where(Dialect dialect, List<RecordFilter.Condition> conditions) {
        return conditions.isEmpty()
                ? ""
                : conditions.stream()
                        .map(RecordFilter.Condition::sql)
                        .map(sql -> sql.replace("?t", dialect.parameter(Column.STARTED_AT)))
                        .collect(Collectors.joining(" AND ", " WHERE ", ""));
    }

    /// Ready to be asked.
    PreparedStatement prepare(Connection connection) throws SQLException {
        PreparedStatement statement = connection.prepareStatement(sql);
        for (int i = 0; i < values.size(); i++) {
            statement.setObject(i + 1, values.get(i));
        }
        return statement;
    }
}
