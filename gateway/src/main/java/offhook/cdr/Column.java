package offhook.cdr;

import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// A column of the table `calls`.
///
/// @param sql its name there, and in what is exported
/// @param read what a record has there
record Column(String sql, Kind kind, Function<CallRecord, @Nullable Object> read) {

    /// What a column holds, as far as databases disagree on how to say it.
    enum Kind {
        PLAIN,
        TIME,
        JSON,
        /// JSON that only an [Entry.Said] changes.
        SAID
    }

    static final Column STARTED_AT = time("started_at", CallRecord::startedAt);
    static final Column ENDED_AT = time("ended_at", CallRecord::endedAt);

    /// What is said of a call while and after it lives, and never taken back by what it does.
    static final Column NOTES = said("notes");

    static final Column PAGES = said("pages");

    /// All of them, in the order of the table.
    static final List<Column> ALL =
            List.of(
                    plain("id", CallRecord::id),
                    plain("node", CallRecord::node),
                    plain("direction", CallRecord::direction),
                    plain("source", CallRecord::source),
                    plain("caller", CallRecord::caller),
                    plain("caller_name", CallRecord::callerName),
                    plain("withheld", CallRecord::withheld),
                    plain("called", CallRecord::called),
                    plain("agent", CallRecord::agent),
                    STARTED_AT,
                    time("ringing_at", CallRecord::ringingAt),
                    time("answered_at", CallRecord::answeredAt),
                    ENDED_AT,
                    plain("set_up_millis", CallRecord::setUpMillis),
                    plain("talk_millis", CallRecord::talkMillis),
                    plain("result", CallRecord::result),
                    plain("ended_by", CallRecord::endedBy),
                    plain("reason", CallRecord::reason),
                    plain("sip_code", CallRecord::sipCode),
                    plain("q850_cause", CallRecord::q850Cause),
                    plain("detail", CallRecord::detail),
                    json("legs", CallRecord::legs),
                    json("headers", CallRecord::headers),
                    plain("queue", CallRecord::queue),
                    plain("queue_millis", CallRecord::queueMillis),
                    json("transfers", CallRecord::transfers),
                    NOTES,
                    PAGES,
                    saidLater("verdict"),
                    saidLater("verdict_text"),
                    plain("mos", CallRecord::mos),
                    plain("instance", CallRecord::instance));

    /// What a list of calls shows: all that is not JSON.
    static final List<Column> BRIEF =
            ALL.stream()
                    .filter(column -> column.kind() != Kind.JSON && column.kind() != Kind.SAID)
                    .toList();

    private static Column plain(String sql, Function<CallRecord, @Nullable Object> read) {
        return new Column(sql, Kind.PLAIN, read);
    }

    /// What others say of a call that is over.
    private static Column saidLater(String sql) {
        return new Column(sql, Kind.PLAIN, _ -> null);
    }

    private static Column time(String sql, Function<CallRecord, @Nullable Object> read) {
        return new Column(sql, Kind.TIME, read);
    }

    private static Column json(String sql, Function<CallRecord, Object> read) {
        return new Column(sql, Kind.JSON, call -> Json.text(read.apply(call)));
    }

    private static Column said(String sql) {
        return new Column(sql, Kind.SAID, _ -> Json.text(Map.of()));
    }

    /// Whether only an [Entry.Said] changes it.
    boolean isSaid() {
        return kind == Kind.SAID;
    }

    /// All of them by a comma, each as `as` says it.
    static String list(Function<Column, String> as) {
        return list(ALL, as);
    }

    /// Some of them.
    static String list(List<Column> columns, Function<Column, String> as) {
        return columns.stream().map(as).collect(Collectors.joining(", "));
    }
}
