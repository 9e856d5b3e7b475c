package offhook.config;

import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalDouble;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// Reads `ops.black-box` and `ops.hep`.
final class RecordingReader {

    static final long MIB = 1024 * 1024;
    private static final String DEFAULT_FOLDER = "boxes";
    private static final int DEFAULT_MEMORY_MIB = 16;
    private static final int DEFAULT_KEEP_DAYS = 30;
    private static final int DEFAULT_LIMIT_MIB = 512;
    private static final int DEFAULT_HEADERS_MIB = 16;

    /// Headers of a call take 512 KiB.
    static final int CALLS_IN_A_MIB = 2;

    private static final Map<String, Boolean> HEADERS = Map.of("off", false, "all", true);
    private static final int DEFAULT_ID = 2001;

    static final Words<BlackBoxConfig.Keep> KEEP = Words.lowerCase(BlackBoxConfig.Keep.class);
    private static final Pattern MOS = Pattern.compile("[1-4](\\.[0-9]{1,2})?");
    private static final Pattern COLLECTOR =
            Pattern.compile("udp://(\\[[0-9a-fA-F:.]+]|[A-Za-z0-9._-]+):([0-9]{1,5})");

    private RecordingReader() {}

    static RecordingConfig read(Section ops) {
        return new RecordingConfig(blackBox(ops), hep(ops));
    }

    private static Optional<BlackBoxConfig> blackBox(Section ops) {
        Optional<Value> value = ops.find("black-box");
        if (value.flatMap(Value::scalar).filter("off"::equals).isPresent()) {
            return Optional.empty();
        }
        Section section = ops.section("black-box");
        int memory = section.integer("memory-mib", 1, 1024, DEFAULT_MEMORY_MIB);
        BlackBoxConfig.Keep keep = KEEP.read(section, "keep", BlackBoxConfig.Keep.ON_REQUEST);
        OptionalDouble mos =
                section.find("mos-below").map(RecordingReader::mos).orElse(OptionalDouble.empty());
        Path folder =
                section.find("folder")
                        .flatMap(Value::file)
                        .orElseGet(() -> section.path(DEFAULT_FOLDER));
        int days = section.integer("keep-days", 1, 36_500, DEFAULT_KEEP_DAYS);
        int limit = section.integer("limit-mib", 1, 1_000_000, DEFAULT_LIMIT_MIB);
        boolean headers =
                section.find("rtp-headers")
                        .flatMap(each -> each.choice(HEADERS, "off, all"))
                        .orElse(false);
        int headersMib = section.integer("rtp-headers-mib", 1, 1024, DEFAULT_HEADERS_MIB);
        section.done();
        return Optional.of(
                new BlackBoxConfig(
                        memory * MIB,
                        keep,
                        mos,
                        folder,
                        Duration.ofDays(days),
                        limit * MIB,
                        headers,
                        headersMib * CALLS_IN_A_MIB));
    }

    private static OptionalDouble mos(Value value) {
        Optional<String> text = value.text();
        if (text.isPresent() && !MOS.matcher(text.get()).matches()) {
            value.problem(
                    value.quoted() + " is no mean opinion score; write 1 to 4.5, such as 3.2");
            return OptionalDouble.empty();
        }
        return text.map(t -> OptionalDouble.of(Double.parseDouble(t)))
                .orElse(OptionalDouble.empty());
    }

    private static Optional<HepConfig> hep(Section ops) {
        if (ops.find("hep").isEmpty()) {
            return Optional.empty();
        }
        Section section = ops.section("hep");
        Optional<Matcher> to = section.require("to").flatMap(RecordingReader::collector);
        int id = section.integer("id", 1, 999_999_999, DEFAULT_ID);
        Optional<Secret> password = section.find("password").flatMap(Value::secret);
        boolean reports = section.flag("rtcp", true);
        section.done();
        return to.map(found ->
                new HepConfig(
                        found.group(1).replaceAll("[\\[\\]]", ""),
                        Integer.parseInt(found.group(2)),
                        id,
                        password,
                        reports));
    }

    private static Optional<Matcher> collector(Value value) {
        Optional<String> text = value.text();
        if (text.isEmpty()) {
            return Optional.empty();
        }
        Matcher matcher = COLLECTOR.matcher(text.get());
        if (matcher.matches()) {
            int port = Integer.parseInt(matcher.group(2));
            if (port >= 1 && port <= 65_535) {
                return Optional.of(matcher);
            }
        }
        value.problem(
                value.quoted()
                        + " is no collector that is served; write udp://HOST:PORT, such as"
                        + " udp://homer.example.com:9060");
        return Optional.empty();
    }
}
