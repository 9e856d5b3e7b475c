package offhook.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.Collections;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
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
        List<ObjectNode> trunks = gateway.shown("Trunk");
        print(Json.object("trunks", trunks), table(trunks));
        return trunks.stream().anyMatch(TrunksCommand::isInTrouble) ? EXIT_TROUBLE : 0;
    }

    private static boolean isInTrouble(JsonNode trunk) {
        return BAD_REGISTRATIONS.contains(trunk.path("registration-state").asText())
                || states(trunk.path("registrars")).anyMatch(BAD_REGISTRATIONS::contains)
                || states(trunk.path("targets")).anyMatch(BAD_STATES::contains);
    }

    private static Stream<String> states(JsonNode places) {
        return places.valueStream().map(place -> place.path("state").asText());
    }

    /// A line for each target, the trunk's own figures on its first one.
    static List<String> table(List<ObjectNode> trunks) {
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
        for (ObjectNode trunk : trunks) {
            List<Object> own =
                    List.of(
                            Json.cell(trunk.path("name")),
                            trunk.path("enabled").asBoolean() ? "taken" : "disabled",
                            trunk.path("registrars").isEmpty()
                                    ? "-"
                                    : Json.cell(trunk.path("registration-state")),
                            Json.cell(trunk.path("calls-now")),
                            Json.cell(trunk.path("calls-out")),
                            Json.cell(trunk.path("calls-refused")));
            List<JsonNode> targets = trunk.path("targets").valueStream().toList();
            if (targets.isEmpty()) {
                table.add(line(own, "-", "-", "-", "-", trunk.path("last-error").asText()));
            }
            for (JsonNode target : targets) {
                // That one which is up was not to be had once is history.
                boolean up = target.path("state").asText().equals("up");
                String error = up ? "" : target.path("last-error").asText();
                // Of a single registrar the trunk's own line tells.
                boolean first = !own.getFirst().equals("");
                table.add(
                        line(
                                own,
                                target.path("transport").asText()
                                        + " "
                                        + target.path("address").asText(),
                                target.path("name").asText(),
                                target.path("state").asText(),
                                Table.second(target.path("since").asText()),
                                error.isEmpty() && first
                                        ? trunk.path("last-error").asText()
                                        : error));
                own = Collections.nCopies(own.size(), "");
            }
            registrars(trunk.path("registrars"), table);
        }
        return table.lines("no trunk is configured");
    }

    private static Object[] line(List<Object> own, Object... ofTarget) {
        return Stream.concat(own.stream(), Stream.of(ofTarget)).toArray();
    }

    /// A line for each of several registrars; of a single one the trunk's own line tells.
    private static void registrars(JsonNode registrars, Table table) {
        if (registrars.size() > 1) {
            for (JsonNode each : registrars) {
                table.add(
                        line(
                                List.of("", "", each.path("state").asText(), "", "", ""),
                                "",
                                each.path("name").asText(),
                                "",
                                "",
                                each.path("last-error").asText()));
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
                    return done(trunk + " " + state, "trunk", trunk, "state", state);
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
