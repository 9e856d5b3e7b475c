package offhook.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Set;
import offhook.ops.TrunkMXBean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `offhook trunks`: how it stands with each trunk of the gateway that runs on this machine.
@Command(
        name = "trunks",
        description = {
            "Says how it stands with each trunk of the running gateway.",
            "Exit code 1: a target is down, avoided or not to be located, or a registration fails."
        },
        subcommands = {TrunksCommand.Enable.class, TrunksCommand.Disable.class})
final class TrunksCommand extends GatewayCommand {

    private static final Set<String> BAD_STATES = Set.of("down", "avoided", "unlocated");
    private static final Set<String> BAD_REGISTRATIONS = Set.of("refused", "failing");

    @Override
    int run(RunningGateway gateway) throws IOException {
        List<Trunk> trunks =
                gateway.beans("Trunk", TrunkMXBean.class).stream()
                        .map(each -> Trunk.of(each.name(), each.bean()))
                        .toList();
        print(Map.of("trunks", trunks), table(trunks));
        return trunks.stream().anyMatch(Trunk::isInTrouble) ? EXIT_TROUBLE : 0;
    }

    /// What is shown of a trunk.
    record Trunk(
            String name,
            boolean enabled,
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
                    bean.isEnabled(),
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
        Table table =
                new Table(
                        "TRUNK",
                        "NEW CALLS",
                        "REGISTRATION",
                        "CALLS",
                        "OUT",
                        "REFUSED",
                        "TARGET",
                        "NAME",
                        "STATE",
                        "SINCE",
                        "LAST ERROR");
        for (Trunk trunk : trunks) {
            List<Object> own =
                    List.of(
                            trunk.name(),
                            trunk.enabled() ? "taken" : "disabled",
                            trunk.registrars().isEmpty() ? "-" : trunk.registration(),
                            trunk.callsNow(),
                            trunk.callsOut(),
                            trunk.callsRefused());
            List<TrunkMXBean.Target> targets =
                    trunk.targets().isEmpty()
                            ? List.of(new TrunkMXBean.Target("-", "-", "", "-", "", "-"))
                            : trunk.targets();
            for (TrunkMXBean.Target target : targets) {
                List<Object> cells = new ArrayList<>(own);
                cells.add((target.transport() + " " + target.address()).strip());
                cells.addAll(List.of(target.name(), target.state(), Table.second(target.since())));
                // Of a single registrar the trunk's own line tells.
                boolean first = !own.getFirst().equals("");
                cells.add(
                        target.lastError().isEmpty() && first
                                ? trunk.lastError()
                                : target.lastError());
                table.add(cells.toArray());
                own = Collections.nCopies(own.size(), "");
            }
            registrars(trunk, table);
        }
        return table.lines("no trunk is configured");
    }

    /// A line for each of several registrars; of a single one the trunk's own line tells.
    private static void registrars(Trunk trunk, Table table) {
        if (trunk.registrars().size() > 1) {
            for (TrunkMXBean.Registrar each : trunk.registrars()) {
                table.add(
                        "",
                        "",
                        each.state(),
                        "",
                        "",
                        "",
                        "",
                        each.name(),
                        "",
                        "",
                        each.lastError());
            }
        }
    }

    /// What is done to one trunk.
    abstract static class OfTrunk extends GatewayCommand {

        @Parameters(paramLabel = "TRUNK", description = "the trunk")
        private String trunk = "";

        @Override
        final int run(RunningGateway gateway) throws IOException {
            List<RunningGateway.Named<TrunkMXBean>> all = gateway.beans("Trunk", TrunkMXBean.class);
            for (RunningGateway.Named<TrunkMXBean> each : all) {
                if (each.name().equals(trunk)) {
                    String state = run(each.bean());
                    print(Map.of("trunk", trunk, "state", state), List.of(trunk + " " + state));
                    return 0;
                }
            }
            return unknown("trunk", trunk, all.stream().map(RunningGateway.Named::name).toList());
        }

        /// Does it, and says how the trunk is then.
        abstract String run(TrunkMXBean bean);
    }

    /// Lets calls begin again.
    @Command(name = "enable", description = "Lets calls begin on a trunk again.")
    static final class Enable extends OfTrunk {

        @Override
        String run(TrunkMXBean bean) {
            bean.enable();
            return "enabled";
        }
    }

    /// Lets no calls begin.
    @Command(
            name = "disable",
            description = {
                "Lets no calls begin on a trunk, in or out, until enabled or the next start.",
                "Emergency calls go all the same, and calls that live go on."
            })
    static final class Disable extends OfTrunk {

        @Override
        String run(TrunkMXBean bean) {
            bean.disable();
            return "disabled";
        }
    }
}
