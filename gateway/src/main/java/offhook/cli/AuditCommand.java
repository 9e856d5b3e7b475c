package offhook.cli;

import java.io.IOException;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import offhook.audit.AuditTail;
import offhook.audit.AuditVerifier;
import offhook.audit.AuditVerifier.Verdict;
import offhook.config.AuditConfig;
import offhook.config.ConfigException;
import offhook.fault.FailureWords;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParameterException;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.Spec;

/// `offhook audit`: who did what, also while no gateway runs.
@Command(
        name = "audit",
        description = "Shows the audit log, or says whether it is as it was written.",
        mixinStandardHelpOptions = true,
        subcommands = {AuditCommand.Verify.class, AuditCommand.Tail.class})
final class AuditCommand implements Callable<Integer> {

    private static final int EXIT_CHANGED = 1;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        throw new ParameterException(spec.commandLine(), "say 'audit verify' or 'audit tail'");
    }

    /// Which log is meant: the one given, or that of the configuration.
    private static Path log(Optional<Path> given, ConfigFile file)
            throws ConfigException, IOException {
        if (given.isPresent()) {
            return given.get();
        }
        return file.load()
                .config()
                .ops()
                .audit()
                .map(AuditConfig::file)
                .orElseThrow(() -> new IOException("ops.audit is off: nothing is recorded"));
    }

    private static int fail(CommandSpec spec, List<String> why) {
        why.forEach(line -> spec.commandLine().getErr().println("offhook: " + line));
        return Main.EXIT_CONFIGURATION;
    }

    /// Whether nothing is missing and nothing was changed.
    @Command(
            name = "verify",
            description = "Says whether the audit log is as it was written.",
            exitCodeListHeading = "Exit codes:%n",
            exitCodeList = {
                "0:every line is as it was written, as far as can be known",
                "1:a line was changed, moved or taken away; the first one is named",
                "2:the log cannot be read"
            },
            mixinStandardHelpOptions = true)
    static final class Verify implements Callable<Integer> {

        @Mixin private ConfigFile file = new ConfigFile();

        @Parameters(
                index = "0",
                arity = "0..1",
                paramLabel = "FILE",
                description =
                        "the log (default: that of the configuration); an older file is looked"
                                + " through for itself")
        private Optional<Path> log = Optional.empty();

        @Option(
                names = "--from",
                paramLabel = "NUMBER",
                defaultValue = "1",
                description = "the first line that has to be there, when older files were put away")
        private long from;

        @Option(
                names = "--anchor",
                paramLabel = "NUMBER:HASH",
                description = "a line that has to be there, as the gateway's own log names it")
        private Optional<String> anchor = Optional.empty();

        @Option(names = "--json", description = "print one JSON object")
        private boolean json;

        @Spec private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            try {
                return print(AuditVerifier.verify(log(log, file), from, anchor));
            } catch (ConfigException e) {
                return fail(spec, e.problems());
            } catch (IOException e) {
                return fail(spec, List.of(FailureWords.of(e)));
            } catch (IllegalArgumentException e) {
                return fail(spec, List.of(String.valueOf(e.getMessage())));
            }
        }

        private int print(Verdict verdict) {
            PrintWriter out = spec.commandLine().getOut();
            switch (verdict) {
                case Verdict.Good(int files, long first, long last, String head) -> {
                    out.println(
                            json
                                    ? Json.line(
                                            Json.object(
                                                    "good", true, "files", files, "first", first,
                                                    "last", last, "anchor", head))
                                    : "lines %d to %d are as they were written, in %d files; anchor %s"
                                            .formatted(first, last, files, head));
                    return 0;
                }
                case Verdict.Bad(Path where, long line, String text) -> {
                    out.println(
                            json
                                    ? Json.line(
                                            Json.object(
                                                    "good",
                                                    false,
                                                    "file",
                                                    where.toString(),
                                                    "line",
                                                    line,
                                                    "text",
                                                    text))
                                    : where + ":" + line + ": " + text);
                    return EXIT_CHANGED;
                }
            }
        }
    }

    /// The last lines.
    @Command(
            name = "tail",
            description = "Shows the last lines of the audit log.",
            mixinStandardHelpOptions = true)
    static final class Tail implements Callable<Integer> {

        @Mixin private ConfigFile file = new ConfigFile();

        @Parameters(
                index = "0",
                arity = "0..1",
                paramLabel = "FILE",
                description = "the log (default: that of the configuration)")
        private Optional<Path> log = Optional.empty();

        @Option(
                names = "--most",
                paramLabel = "N",
                defaultValue = "20",
                description = "how many at most (default: ${DEFAULT-VALUE})")
        private int most;

        @Option(names = "--json", description = "print the lines as they stand, one object each")
        private boolean json;

        @Spec private CommandSpec spec = CommandSpec.create();

        @Override
        public Integer call() {
            try {
                List<String> lines = AuditTail.lines(log(log, file), most);
                PrintWriter out = spec.commandLine().getOut();
                if (json) {
                    lines.forEach(out::println);
                } else {
                    Table table = new Table("NUMBER", "AT", "WHO", "WHAT", "SUBJECT", "OUTCOME");
                    lines.forEach(line -> table.add(AuditTail.fields(line).toArray()));
                    table.lines("nothing was recorded").forEach(out::println);
                }
                return 0;
            } catch (ConfigException e) {
                return fail(spec, e.problems());
            } catch (IOException e) {
                return fail(spec, List.of(FailureWords.of(e)));
            }
        }
    }
}
