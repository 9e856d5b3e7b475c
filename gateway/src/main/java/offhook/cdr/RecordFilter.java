package offhook.cdr;

import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/// Which call records are wanted: terms that all must hold. Who asks says each by its name, as an
/// option of `offhook records` or a parameter of the page's address; both understand the same.
public final class RecordFilter {

    /// Every record.
    public static final RecordFilter ALL = new RecordFilter(List.of());

    private static final int MAX_CHARS = 200;

    /// What people put into numbers so that they read them better.
    private static final Pattern PUNCTUATION = Pattern.compile("[ ()/.-]");

    private final List<List<Condition>> terms;

    /// @param terms each as alternatives, of which none holds together with another one
    private RecordFilter(List<List<Condition>> terms) {
        this.terms = List.copyOf(terms);
    }

    /// A term in SQL.
    ///
    /// @param sql with a `?` for each value, and a `?t` for one that is a time
    record Condition(String sql, List<Object> values) {

        static Condition of(String sql, Object value) {
            return new Condition(sql, List.of(value));
        }

        /// Without an alternative.
        static List<Condition> only(String sql, Object value) {
            return List.of(of(sql, value));
        }

        /// That is in one column or in the other one, which may be `NULL`. Two questions, as each
        /// has an index that brings its records in order.
        static List<Condition> either(String one, String other, String value) {
            return List.of(
                    of(one + " = ?", value),
                    new Condition(other + " = ? AND " + one + " <> ?", List.of(value, value)));
        }
    }

    /// What may be said.
    private enum Term {
        SINCE,
        UNTIL,
        TRUNK,
        AGENT,
        QUEUE,
        DIRECTION,
        RESULT,
        REASON,
        NUMBER,
        TALKED,
        MOS_BELOW,
        VERDICT;

        String key() {
            return name().toLowerCase(Locale.ROOT).replace('_', '-');
        }

        /// Alternatives, of which none holds together with another one.
        List<Condition> alternatives(String said) {
            return switch (this) {
                case TRUNK -> Condition.either("source", "out_trunk", said);
                case AGENT -> Condition.either("agent", "placed_by", said);
                case SINCE -> Condition.only("started_at >= ?t", Times.text(moment(said)));
                case UNTIL -> Condition.only("started_at < ?t", Times.text(moment(said)));
                case QUEUE -> Condition.only("queue = ?", said);
                case DIRECTION ->
                        Condition.only(
                                "direction = ?", word(said, "in", "out", "internal", "transit"));
                case RESULT ->
                        word(
                                                said,
                                                "answered",
                                                "abandoned",
                                                "refused",
                                                "failed",
                                                "turned-away",
                                                "open")
                                        .equals("open")
                                ? List.of(new Condition("ended_at IS NULL", List.of()))
                                : Condition.only("result = ?", said);
                case REASON -> Condition.only("reason = ?", said);
                case NUMBER -> List.of(number(said));
                case TALKED -> Condition.only("talk_millis >= ?", seconds(said) * 1000L);
                case MOS_BELOW -> Condition.only("mos < ?", mos(said));
                case VERDICT ->
                        Condition.only(
                                "verdict = ?",
                                word(said, "good", "fair", "bad", "failed", "unknown"));
            };
        }

        private Instant moment(String said) {
            try {
                return said.contains("T")
                        ? OffsetDateTime.parse(said).toInstant()
                        : LocalDate.parse(said).atStartOfDay(ZoneOffset.UTC).toInstant();
            } catch (DateTimeException _) {
                throw wrong(
                        said,
                        "is no time; write a day such as 2026-03-01 (UTC), or"
                                + " 2026-03-01T08:00:00Z");
            }
        }

        private String word(String said, String... known) {
            if (!Arrays.asList(known).contains(said)) {
                throw wrong(said, "is none of " + String.join(", ", known));
            }
            return said;
        }

        private static Condition number(String said) {
            String part =
                    PUNCTUATION
                            .matcher(said)
                            .replaceAll("")
                            .toLowerCase(Locale.ROOT)
                            .replaceAll("([!%_])", "!$1");
            return new Condition(
                    "(lower(caller) LIKE ? ESCAPE '!' OR lower(called) LIKE ? ESCAPE '!')",
                    List.of('%' + part + '%', '%' + part + '%'));
        }

        private int seconds(String said) {
            if (!said.matches("[0-9]{1,6}")) {
                throw wrong(said, "is no number of seconds, 0 to 999999");
            }
            return Integer.parseInt(said);
        }

        private double mos(String said) {
            if (!said.matches("[1-4](\\.[0-9]{1,20})?|5(\\.0{1,20})?")) {
                throw wrong(said, "is no MOS, 1 to 5, such as 3.6");
            }
            return Double.parseDouble(said);
        }

        private IllegalArgumentException wrong(String said, String why) {
            return new IllegalArgumentException(key() + ": '" + said + "' " + why);
        }
    }

    /// Understands terms.
    ///
    /// @param said texts by the names of their terms; an empty one says nothing
    /// @throws IllegalArgumentException when one cannot be understood; the message begins with its
    ///   name and says what to write
    public static RecordFilter of(Map<String, String> said) {
        List<List<Condition>> terms = new ArrayList<>();
        said.forEach((name, text) -> {
            Term term = term(name);
            String stripped = text.strip();
            if (stripped.length() > MAX_CHARS) {
                throw new IllegalArgumentException(
                        name + ": longer than " + MAX_CHARS + " characters");
            }
            if (!stripped.isEmpty()) {
                terms.add(term.alternatives(stripped));
            }
        });
        checkSpan(said.getOrDefault("since", "").strip(), said.getOrDefault("until", "").strip());
        return new RecordFilter(terms);
    }

    /// Nothing is ever found in a span that is empty: who asks means another one, such as a day.
    private static void checkSpan(String since, String until) {
        if (!since.isEmpty()
                && !until.isEmpty()
                && !Term.UNTIL.moment(until).isAfter(Term.SINCE.moment(since))) {
            throw Term.UNTIL.wrong(
                    until,
                    "is not later than since, '"
                            + since
                            + "'; a day ends where the next one begins");
        }
    }

    private static Term term(String name) {
        return Arrays.stream(Term.values())
                .filter(term -> term.key().equals(name))
                .findFirst()
                .orElseThrow(() ->
                        new IllegalArgumentException(
                                name
                                        + ": unknown; known are "
                                        + String.join(
                                                ", ",
                                                Arrays.stream(Term.values())
                                                        .map(Term::key)
                                                        .toList())));
    }

    /// Lists of conditions. Those of one list, and of no other, hold for a record that fits.
    List<List<Condition>> branches() {
        List<List<Condition>> branches = List.of(List.of());
        for (List<Condition> alternatives : terms) {
            branches =
                    branches.stream()
                            .flatMap(branch ->
                                    alternatives.stream()
                                            .map(each ->
                                                    Stream.concat(branch.stream(), Stream.of(each))
                                                            .toList()))
                            .toList();
        }
        return branches;
    }
}
