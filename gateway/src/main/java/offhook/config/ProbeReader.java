package offhook.config;

import java.time.Duration;
import java.util.Optional;

/// Reads `ops.probe`.
final class ProbeReader {

    private static final int LEAST_SECONDS = 10;
    private static final int MOST_SECONDS = 86_400;
    private static final Duration USUAL = Duration.ofSeconds(60);

    private ProbeReader() {}

    /// What calls is a phone of UDP.
    static void check(Section section, OpsConfig ops, SipConfig sip) {
        if (ops.probe().isPresent()
                && sip.listen().stream().noneMatch(each -> each.scheme().equals("udp"))) {
            section.find("probe")
                    .ifPresent(v ->
                            v.problem(
                                    "calls a udp:// listener, and sip.listen has none; add one, such"
                                            + " as udp://127.0.0.1:5060, or take 'probe' out"));
        }
    }

    static Optional<ProbeConfig> read(Section ops) {
        Optional<Value> written = ops.find("probe");
        if (written.isEmpty()
                || written.get().scalar().filter(text -> text.equals("off")).isPresent()) {
            return Optional.empty();
        }
        return written.flatMap(Value::section)
                .map(section -> {
                    Duration every =
                            section.seconds("every-seconds", LEAST_SECONDS, MOST_SECONDS, USUAL);
                    section.done();
                    return new ProbeConfig(every);
                });
    }
}
