package offhook.cli;

import java.io.PrintWriter;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import offhook.config.ConfigException;
import offhook.config.LoadedConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `offhook check`: says what a start would do, or everything that is wrong with a configuration.
@Command(
        name = "check",
        description = "Says what a start would do, and what is wrong, without starting.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {"0:it would start", "2:the configuration is wrong or not to be read"},
        mixinStandardHelpOptions = true)
final class CheckCommand implements Callable<Integer> {

    @Mixin private ConfigFile file = new ConfigFile();

    @Option(names = "--json", description = "print one JSON object")
    private boolean json;

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() {
        PrintWriter out = spec.commandLine().getOut();
        try {
            LoadedConfig loaded = file.load();
            show(out, StartPlan.of(loaded.config()), loaded.warnings());
            return 0;
        } catch (ConfigException e) {
            if (json) {
                out.println(
                        Json.line(Json.object("warnings", List.of(), "problems", e.problems())));
            } else {
                e.problems().forEach(spec.commandLine().getErr()::println);
            }
            return Main.EXIT_CONFIGURATION;
        }
    }

    private void show(PrintWriter out, Map<String, List<String>> plan, List<String> warnings) {
        if (json) {
            Map<String, Object> all = new LinkedHashMap<>(plan);
            all.put("warnings", warnings);
            all.put("problems", List.of());
            out.println(Json.line(all));
            return;
        }
        plan.forEach((topic, lines) -> {
            String heading = topic;
            for (String line : lines.isEmpty() ? List.of("none") : lines) {
                out.printf("%-16s %s%n", heading, line);
                heading = "";
            }
        });
        warnings.forEach(spec.commandLine().getErr()::println);
        out.println(file + ": ok");
    }
}
