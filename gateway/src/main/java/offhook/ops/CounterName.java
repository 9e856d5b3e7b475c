package offhook.ops;

import java.util.List;
import offhook.telemetry.Counter;

/// The name, the labels and the description that a counter has in metrics. What is one question for
/// those who watch (why was it dropped) is one metric with a label.
///
/// @param labels names and values in turn
record CounterName(String name, List<String> labels, String description) {

    private static final String DROPPED = "sip.dropped.";

    static CounterName of(Counter counter) {
        return counter.id().startsWith(DROPPED) ? dropped(counter) : plain(counter);
    }

    private static CounterName dropped(Counter counter) {
        return new CounterName(
                "offhook.sip.dropped",
                List.of("reason", counter.id().substring(DROPPED.length())),
                "Messages dropped at the front door");
    }

    private static CounterName plain(Counter counter) {
        return new CounterName(
                "offhook." + counter.id().replace('-', '.'), List.of(), counter.label());
    }
}
