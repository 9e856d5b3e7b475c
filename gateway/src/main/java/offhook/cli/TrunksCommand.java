package offhook.cli;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.PrintWriter;
import java.lang.reflect.UndeclaredThrowableException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Callable;
import offhook.ops.TrunkMXBean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/// `offhook trunks`: how it stands with each trunk of the gateway that runs on this machine.
@Command(
        name = "trunks",
        description = "Says how it stands with each trunk of the running gateway.",
        exitCodeListHeading = "Exit codes:%n",
        exitCodeList = {
            "0:every trunk can be reached, as far as is known",
            "1:a target is down, avoided or not to be located, or a registration fails",
            "2:no gateway runs here, or several"
        },
        mixinStandardHelpOptions = true)
final class TrunksCommand implements Callable<Integer> {

    private static final int EXIT_TROUBLE = 1;
    private static final Set<String> BAD_STATES = Set.of("down", "avoided", "unlocated");
    private static final Set<String> BAD_REGISTRATIONS = Set.of("refused", "failing");

    @Option(names = "--json", description = "print one JSON object")
    private boolean json;

    @Option(names = "--pid", description = "the gateway's process, where several run")
    private Optional<Long> pid = Optional.empty();

    @Spec private CommandSpec spec = CommandSpec.create();

    @Override
    public Integer call() throws JsonProcessingException {
        List<Trunk> trunks;
        try (RunningGateway gateway = RunningGateway.attach(pid)) {
            trunks =
                    gateway.beans("Trunk", TrunkMXBean.class).stream()
                            .map(each -> Trunk.of(each.name(), each.bean()))
                            .toList();
        } catch (IOException e) {
            spec.commandLine().getErr().println("offhook: " + e.getMessage());
            return Main.EXIT_CONFIGURATION;
        } catch (UndeclaredThrowableException e) {
            spec.commandLine().getErr().println("offhook: the gateway is of another version");
            return Main.EXIT_CONFIGURATION;
        }
        PrintWriter out = spec.commandLine().getOut();
        if (json) {
            out.println(new ObjectMapper().writeValueAsString(Map.of("trunks", trunks)));
        } else {
            table(trunks).forEach(out::println);
        }
        out.flush();
        return trunks.stream().anyMatch(Trunk::isInTrouble) ? EXIT_TROUBLE : 0;
    }

    /// What is shown of a trunk.
    record Trunk(
            String name,
            String registration,
            List<TrunkMXBean.Registrar> registrars,
            int callsNow,
            long callsOut,
            long callsRefused,
            String lastError,
            List<TrunkMXBean.Target> targets) {

        static Trunk of(String name, TrunkMXBean bean) {
            return new Trunk(
                    name,
                    bean.getRegistrationState(),
                    bean.getRegistrars(),
                    bean.getCallsNow(),
                    bean.getCallsOut(),
                    bean.getCallsRefused(),
                    bean.getLastError(),
                    bean.getTargets());
        }

        boolean isInTrouble() {
            return BAD_REGISTRATIONS.contains(registration)
                    || registrars.stream()
                            .anyMatch(each -> BAD_REGISTRATIONS.contains(each.state()))
                    || targets.stream().anyMatch(target -> BAD_STATES.contains(target.state()));
        }
    }

    /// A line for each target, the trunk's own figures on its first one.
    static List<String> table(List<Trunk> trunks) {
        List<Map<String, String>> rows = new ArrayList<>();
        for (Trunk trunk : trunks) {
            Map<String, String> first = new LinkedHashMap<>();
            first.put("TRUNK", trunk.name());
            first.put("REGISTRATION", trunk.registration());
            first.put("CALLS", Integer.toString(trunk.callsNow()));
            first.put("OUT", Long.toString(trunk.callsOut()));
            first.put("REFUSED", Long.toString(trunk.callsRefused()));
            List<TrunkMXBean.Target> targets =
                    trunk.targets().isEmpty()
                            ? List.of(new TrunkMXBean.Target("-", "-", "-", "-", "", "-"))
                            : trunk.targets();
            for (TrunkMXBean.Target target : targets) {
                Map<String, String> row = new LinkedHashMap<>(first);
                row.put("TARGET", target.transport() + " " + target.address());
                row.put("NAME", target.name());
                row.put("STATE", target.state());
                row.put("SINCE", target.since());
                row.put("LAST ERROR", target.lastError());
                rows.add(row);
                first.replaceAll((_, _) -> "");
            }
            rows.addAll(registrars(trunk));
        }
        if (rows.isEmpty()) {
            return List.of("no trunk is configured");
        }
        List<String> lines = new ArrayList<>();
        List<String> columns = List.copyOf(rows.getFirst().keySet());
        lines.add(line(columns, columns, rows));
        rows.forEach(row ->
                lines.add(
                        line(
                                columns.stream().map(c -> row.getOrDefault(c, "")).toList(),
                                columns,
                                rows)));
        return lines;
    }

    /// A line for each of several registrars; of a single one the trunk's own line tells.
    private static List<Map<String, String>> registrars(Trunk trunk) {
        List<Map<String, String>> rows = new ArrayList<>();
        if (trunk.registrars().size() > 1) {
            for (TrunkMXBean.Registrar each : trunk.registrars()) {
                Map<String, String> row = new LinkedHashMap<>();
                row.put("REGISTRATION", each.state());
                row.put("NAME", each.name());
                row.put("LAST ERROR", each.lastError());
                rows.add(row);
            }
        }
        return rows;
    }

    private static String line(
            List<String> cells, List<String> columns, List<Map<String, String>> rows) {
        StringBuilder line = new StringBuilder();
        for (int i = 0; i < cells.size(); i++) {
            String column = columns.get(i);
            int width =
                    rows.stream()
                            .mapToInt(row -> row.getOrDefault(column, "").length())
                            .reduce(column.length(), Math::max);
            line.append(cells.get(i)).repeat(' ', width - cells.get(i).length() + 2);
        }
        return line.toString().stripTrailing();
    }
}
