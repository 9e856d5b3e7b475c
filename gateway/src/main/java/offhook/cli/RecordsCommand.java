package offhook.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import offhook.cdr.RecordArchive;
import offhook.cdr.RecordExport;
import offhook.cdr.RecordFilter;
import offhook.config.ConfigException;
import offhook.config.RecordsConfig;
import offhook.fault.FailureWords;
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

    @Mixin private RecordChoice choice = new RecordChoice();

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
            return fail(FailureWords.of(e));
        }
    }

    private int show(RecordArchive archive) throws IOException {
        PrintWriter out = spec.commandLine().getOut();
        RecordFormat chosen = json ? RecordFormat.JSON : format;
        try {
            return id.isPresent() ? showOne(archive, chosen, out) : showMany(archive, chosen, out);
        } finally {
            out.flush();
        }
    }

    private int showOne(RecordArchive archive, RecordFormat chosen, PrintWriter out)
            throws IOException {
        Optional<Map<String, @Nullable Object>> record = archive.find(id.orElseThrow());
        if (record.isEmpty()) {
            spec.commandLine().getErr().println("offhook: no call has the id " + id.get());
            return EXIT_UNKNOWN;
        }
        if (chosen == RecordFormat.TABLE) {
            RecordTable.whole(out, record.get());
        } else {
            printer(chosen, out).read(record.get());
        }
        return 0;
    }

    private int showMany(RecordArchive archive, RecordFormat chosen, PrintWriter out)
            throws IOException {
        if (most.isPresent() && most.get() < 1) {
            throw new ParameterException(spec.commandLine(), "--most takes 1 or more");
        }
        int limit = most.orElse(chosen == RecordFormat.TABLE ? USUALLY_SHOWN : NO_LIMIT);
        archive.read(filter(), limit, printer(chosen, out));
        return 0;
    }

    private static RecordArchive.Reader printer(RecordFormat format, PrintWriter out)
            throws IOException {
        return switch (format) {
            case TABLE -> new RecordTable(out)::row;
            case CSV -> RecordExport.csv(out);
            case JSON -> RecordExport.jsonLines(out);
        };
    }

    private RecordFilter filter() {
        try {
            return choice.filter();
        } catch (IllegalArgumentException e) {
            throw new ParameterException(spec.commandLine(), "--" + e.getMessage());
        }
    }

    private int fail(String what) {
        spec.commandLine().getErr().println("offhook: " + what);
        return Main.EXIT_CONFIGURATION;
    }
}
