package offhook.blackbox;

import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import offhook.trace.Passed;
import offhook.trace.Recorded;

/// The messages of a call as a ladder: who spoke in columns, time downward. The caller stands on
/// the left, the gateway next to it, all others on the right.
///
/// @param columns the gateway is at [#GATEWAY], if there is any other
/// @param rows in the order of time
record Ladder(List<Column> columns, List<Row> rows) {

    /// Which column is the gateway's own.
    static final int GATEWAY = 1;

    /// More peers than that share the last one.
    private static final int MOST_COLUMNS = 8;

    private static final Duration LONG_PAUSE = Duration.ofSeconds(2);

    Ladder {
        columns = List.copyOf(columns);
        rows = List.copyOf(rows);
    }

    /// Who spoke.
    ///
    /// @param title trunk, agent, or `gateway`
    /// @param address of the first message
    record Column(String title, String address) {}

    /// A line of the drawing.
    sealed interface Row {
        Instant at();
    }

    /// A message.
    ///
    /// @param number from 1, as in the list of messages
    record Arrow(Instant at, int from, int to, String label, int number) implements Row {}

    /// Something that happened in the gateway.
    record Note(Instant at, String text) implements Row {}

    /// Nothing passed for a while.
    record Pause(Instant at, Duration length) implements Row {}

    /// Draws what was recorded.
    static Ladder of(List<Recorded> messages, List<Note> notes) {
        Map<String, Integer> places = new LinkedHashMap<>();
        List<Column> columns = new ArrayList<>();
        List<Row> rows = new ArrayList<>(notes);
        for (int i = 0; i < messages.size(); i++) {
            Recorded message = messages.get(i);
            String key = key(message, messages.getFirst());
            Integer place = places.get(key);
            if (place == null) {
                if (columns.size() == GATEWAY) {
                    columns.add(new Column("gateway", "offhook"));
                }
                if (columns.size() < MOST_COLUMNS) {
                    columns.add(new Column(title(message), address(message.remote())));
                }
                place = columns.size() - 1;
                places.put(key, place);
            }
            // With one peer the gateway's column follows below.
            int from = message.sent() ? GATEWAY : place;
            int to = message.sent() ? place : GATEWAY;
            rows.add(new Arrow(message.at(), from, to, message.label(), i + 1));
        }
        if (columns.size() <= GATEWAY) {
            if (columns.isEmpty()) {
                columns.add(new Column("nobody", ""));
            }
            columns.add(new Column("gateway", "offhook"));
        }
        rows.sort(Comparator.comparing(Row::at));
        return new Ladder(columns, withPauses(rows));
    }

    private static List<Row> withPauses(List<Row> rows) {
        List<Row> all = new ArrayList<>();
        for (Row row : rows) {
            if (!all.isEmpty()) {
                Duration quiet = Duration.between(all.getLast().at(), row.at());
                if (quiet.compareTo(LONG_PAUSE) >= 0) {
                    all.add(new Pause(row.at(), quiet));
                }
            }
            all.add(row);
        }
        return all;
    }

    /// What tells peers apart: two conversations with one trunk are two columns, if one of them is
    /// the caller's.
    private static String key(Recorded message, Recorded first) {
        boolean caller =
                message.kind() == first.kind()
                        && (message.kind() == Passed.Kind.PAGE
                                ? address(message.remote()).equals(address(first.remote()))
                                : message.name().equals(first.name()));
        return caller
                ? "caller"
                : message.kind() + " " + message.peer() + " " + address(message.remote());
    }

    private static String title(Recorded message) {
        boolean web = message.transport().startsWith("ws");
        String kind = web ? "agent" : "trunk";
        return message.peer().isEmpty() ? web ? "browser" : "peer" : kind + " " + message.peer();
    }

    static String address(InetSocketAddress address) {
        return address.getAddress() == null
                ? address.getHostString()
                : address.getAddress().getHostAddress() + ":" + address.getPort();
    }
}
