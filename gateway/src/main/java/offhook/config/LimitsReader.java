package offhook.config;

import java.time.Duration;

/// Reads `limits`.
final class LimitsReader {

    private LimitsReader() {}

    static LimitsConfig read(Section section) {
        LimitsConfig limits =
                new LimitsConfig(
                        section.integer("max-calls", 1, 100_000, 200),
                        section.integer("sip-requests-per-second", 1, 100_000, 20),
                        section.seconds("ring-seconds", 1, 180, Duration.ofSeconds(30)),
                        Duration.ofHours(section.integer("call-hours", 1, 168, 4)));
        section.done();
        return limits;
    }
}
