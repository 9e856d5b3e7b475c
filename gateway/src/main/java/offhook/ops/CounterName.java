package offhook.ops;

import io.micrometer.core.instrument.Tags;
import offhook.telemetry.Counter;

/// The name, the labels and the description that a counter has in metrics. What is one question for
/// those who watch (why was it dropped, which request) is one metric with a label.
record CounterName(String name, Tags tags, String description) {

    private static final String DROPPED = "sip.dropped.";

    static CounterName of(Counter counter) {
        return switch (counter) {
            case SIP_INVITES -> request("INVITE");
            case SIP_ACKS -> request("ACK");
            case SIP_CANCELS -> request("CANCEL");
            case SIP_BYES -> request("BYE");
            case SIP_OPTIONS -> request("OPTIONS");
            case SIP_OTHER_METHODS -> request("other");
            default -> counter.id().startsWith(DROPPED) ? dropped(counter) : plain(counter);
        };
    }

    private static CounterName request(String method) {
        return new CounterName(
                "offhook.sip.requests.in",
                Tags.of("method", method),
                "Well-formed requests that came, retransmissions included");
    }

    private static CounterName dropped(Counter counter) {
        return new CounterName(
                "offhook.sip.dropped",
                Tags.of("reason", counter.id().substring(DROPPED.length())),
                "Messages dropped at the front door");
    }

    private static CounterName plain(Counter counter) {
        return new CounterName(
                "offhook." + counter.id().replace('-', '.'), Tags.empty(), counter.label());
    }
}
