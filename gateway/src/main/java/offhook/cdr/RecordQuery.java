package offhook.cdr;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;

/// A question to the table `calls`: its SQL and the values in it. Text from outside is always a
/// value.
///
/// @param sql in the words of the database that is asked
record RecordQuery(String sql, List<Object> values) {

    /// A place among the records, as [#placeOf] writes it.
    private static final Pattern PLACE =
            Pattern.compile("([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9:.]{12}Z)~([0-9A-Za-z-]{1,64})");

    private static final String LATEST_FIRST = " ORDER BY started_at DESC, id DESC";

    RecordQuery {
        values = List.copyOf(values);
    }

    /// The records of a filter, the latest first.
    ///
    /// @param after a place behind which to begin; empty: at the latest
    /// @throws IllegalArgumentException when that is no place
    static RecordQuery select(
            Dialect dialect, List<Column> columns, RecordFilter filter, String after, int most) {
        List<RecordFilter.Condition> conditions = new ArrayList<>(filter.conditions());
        if (!after.isEmpty()) {
            conditions.add(before(after));
        }
        return of(
                dialect,
                "SELECT " + Column.list(columns, dialect::shown) + " FROM calls",
                conditions,
                LATEST_FIRST + " LIMIT " + most);
    }

    /// How many records a filter has.
    ///
    /// @param most it does not count further
    static RecordQuery count(Dialect dialect, RecordFilter filter, int most) {
        RecordQuery some =
                of(dialect, "SELECT 1 FROM calls", filter.conditions(), " LIMIT " + most);
        return new RecordQuery(
                "SELECT count(*) FROM (" + some.sql() + ") AS fitting", some.values());
    }

    /// The record of a call.
    static RecordQuery one(Dialect dialect, String id) {
        return of(
                dialect,
                "SELECT " + Column.list(Column.ALL, dialect::shown) + " FROM calls",
                List.of(RecordFilter.Condition.of("id = ?", id)),
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

    private static RecordQuery of(
            Dialect dialect, String what, List<RecordFilter.Condition> conditions, String rest) {
        StringBuilder sql = new StringBuilder(what);
        List<Object> values = new ArrayList<>();
        for (RecordFilter.Condition each : conditions) {
            sql.append(values.isEmpty() && sql.length() == what.length() ? " WHERE " : " AND ")
                    .append(each.sql().replace("?t", dialect.parameter(Column.STARTED_AT)));
            values.addAll(each.values());
        }
        return new RecordQuery(sql.append(rest).toString(), values);
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
