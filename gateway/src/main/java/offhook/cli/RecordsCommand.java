package offhook.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.time.Instant;
import java.time.LocalDate;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeParseException;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import offhook.cdr.RecordArchive;
import offhook.config.ConfigException;
import offhook.config.RecordsConfig;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `offhook records`: the calls that were recorded, also while no gateway runs.
@Command(
        name = "records",
        description = "Shows or exports call records, the latest first.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:shown, also when there was none",
            "1:no call has that id",
            "2:the configuration is wrong, or the database cannot be read"
        },
        mixinStandardHelpOptions = true)
final class RecordsCommand implements Callable<Integer> {

    private static final int EXIT_UNKNOWN = 1;
    private static final int NO_LIMIT = Integer.MAX_VALUE;
    private static final int USUALLY_SHOWN = 20;

    @Mixin private ConfigFile file = new ConfigFile();

    @Parameters(
            index = "0",
            arity = "0..1",
            paramLabel = "ID",
            description = "the one call to show, with its legs")
    private Optional<String> id = Optional.empty();

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "calls that began then or later: 2026-03-01, or 2026-03-01T08:00:00Z")
    private Optional<String> since = Optional.empty();

    @Option(names = "--until", paramLabel = "TIME", description = "calls that began before then")
    private Optional<String> until = Optional.empty();

    @Option(
            names = "--most",
            paramLabel = "N",
            description = "how many at most (default: 20 as a table, else all)")
    private Optional<Integer> most = Optional.empty();

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table, csv, or json: one object a line (default: ${DEFAULT-VALUE})")
    private RecordFormat format = RecordFormat.TABLE;

    @Option(names = "--json", description = "the same as --format json")
    private boolean json;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        try {
            Optional<RecordsConfig> config = file.load().config().ops().records();
            if (config.isEmpty()) {
                return fail("ops.records is off: no calls are recorded");
            }
            try (RecordArchive archive = RecordArchive.open(config.get())) {
                return show(archive);
            }
        } catch (ConfigException e) {
            e.problems().forEach(spec.commandLine().getErr()::println);
            return Main.EXIT_CONFIGURATION;
        } catch (IOException e) {
            return fail(String.valueOf(e.getMessage()));
        }
    }

    private int show(RecordArchive archive) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        RecordFormat chosen = json ? RecordFormat.JSON : format;
        if (id.isPresent()) {
            Optional<Map<String, @Nullable Object>> record = archive.find(id.get());
            if (record.isEmpty()) {
                spec.commandLine().getErr().println("offhook: no call has the id " + id.get());
                return EXIT_UNKNOWN;
            }
            RecordPrinter.single(chosen, out).print(record.get());
            return 0;
        }
        int limit = most.orElse(chosen == RecordFormat.TABLE ? USUALLY_SHOWN : NO_LIMIT);
        try (RecordPrinter printer = RecordPrinter.many(chosen, out)) {
            archive.read(
                    time("--since", since, Instant.EPOCH),
                    time("--until", until, Instant.parse("9999-01-01T00:00:00Z")),
                    limit,
                    printer::print);
        }
        return 0;
    }

    private Instant time(String option, Optional<String> given, Instant absent) {
        if (given.isEmpty()) {
            return absent;
        }
        try {
            return given.get().contains("T")
                    ? OffsetDateTime.parse(given.get()).toInstant()
                    : LocalDate.parse(given.get()).atStartOfDay(ZoneOffset.UTC).toInstant();
        } catch (DateTimeParseException _) {
            throw new ParameterException(
                    spec.commandLine(),
                    option
                            + ": '"
                            + given.get()
                            + "' is no time; write a day such as 2026-03-01 (UTC), or"
                            + " 2026-03-01T08:00:00Z");
        }
    }

    private int fail(String what) {
        spec.commandLine().getErr().println("offhook: " + what);
        return Main.EXIT_CONFIGURATION;
    }
}
