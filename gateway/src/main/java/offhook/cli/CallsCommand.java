package offhook.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Collectors;
import offhook.ops.GatewayMXBean;
import offhook.ops.JsonNames;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `offhook calls`: the calls that live or were the last, the story of one of them, and its end.
@Command(
        name = "calls",
        description = "Lists the calls that live, or those that were the last.",
        subcommands = {CallsCommand.Show.class, CallsCommand.HangUp.class, BoxCommand.class})
final class CallsCommand extends GatewayCommand {

    private static final String TYPE = "Call";
    private static final String STORY = "Story";

    @Option(
            names = "--last",
            paramLabel = "N",
            description = "lists the last N calls that are over, with the verdict of each")
    private Optional<Integer> last = Optional.empty();

    @Override
    int run(RunningGateway gateway) throws IOException {
        if (last.isPresent()) {
            if (last.get() < 1 || last.get() > GatewayMXBean.MOST_LAST_CALLS) {
                throw wrong("--last takes 1 to " + GatewayMXBean.MOST_LAST_CALLS);
            }
            return listLast(gateway, last.get());
        }
        List<ObjectNode> calls = new ArrayList<>(gateway.shown(TYPE, STORY));
        // The latest first.
        calls.sort(Comparator.comparingLong(call -> call.path("seconds").asLong()));
        Table table =
                new Table(
                        "ID", "STATE", "SECONDS", "TRUNK", "CALLER", "CALLED", "OUT BY", "AGENT",
                        "AUDIO");
        for (ObjectNode call : calls) {
            table.add(
                    Json.cell(call.path("id")),
                    Json.cell(call.path("state")),
                    Json.cell(call.path("seconds")),
                    Json.cell(call.path("trunk")),
                    Table.caller(
                            call.path("caller").asText(), call.path("caller-withheld").asBoolean()),
                    Json.cell(call.path("called")),
                    Json.cell(call.path("out-trunk")),
                    Json.cell(call.path("agent")),
                    audio(call));
        }
        print(Json.object("calls", calls), table.lines("no calls"));
        return 0;
    }

    private int listLast(RunningGateway gateway, int most) throws IOException {
        JsonNode calls = JsonNames.MAPPER.readTree(gateway.gateway().lastCalls(most));
        Table table =
                new Table(
                        "ID", "BEGAN", "TALKED", "TRUNK", "CALLER", "CALLED", "OUT BY", "AGENT",
                        "LEVEL", "VERDICT");
        for (JsonNode call : calls) {
            JsonNode verdict = call.path("verdict");
            table.add(
                    call.path("id").asText(),
                    Table.second(call.path("began").asText()),
                    call.path("talk-seconds").isNumber()
                            ? call.path("talk-seconds").asText() + " s"
                            : "",
                    call.path("trunk").asText(),
                    Table.caller(call.path("from").asText(), call.path("withheld").asBoolean()),
                    call.path("to").asText(),
                    call.path("out-trunk").asText(),
                    call.path("agent").asText(),
                    verdict.path("level").asText(),
                    verdict.path("text").asText());
        }
        print(Json.object("calls", calls), table.lines("no calls are over"));
        return 0;
    }

    /// Of each leg, whether it is heard.
    private static String audio(JsonNode call) {
        return call.path("legs")
                .valueStream()
                .map(leg ->
                        leg.path("kind").asText()
                                + " "
                                + leg.path("audio")
                                        .asText()
                                        .toLowerCase(Locale.ROOT)
                                        .replace('_', ' '))
                .collect(Collectors.joining(", "));
    }

    private static String noCall(String id) {
        return "no call " + id + " lives; 'offhook calls' lists them";
    }

    /// One call.
    @Command(
            name = "show",
            description = {
                "Tells what happened in a call, how it sounded and what was wrong.",
                "Also of the last calls that are over. Times are UTC."
            })
    static final class Show extends GatewayCommand {

        @Parameters(paramLabel = "ID", description = "the call")
        private String id = "";

        @Override
        int run(RunningGateway gateway) throws IOException {
            JsonNode story = JsonNames.MAPPER.readTree(gateway.gateway().call(id));
            List<String> lines = new ArrayList<>(new StoryPrinter(story).lines());
            JsonNode now = gateway.shownOf(TYPE, id, STORY).orElseGet(Json::object);
            for (JsonNode leg : now.path("legs")) {
                Table sound =
                        new Table("LEG " + leg.path("leg").asText(), leg.path("kind").asText());
                leg.properties()
                        .forEach(each -> sound.add(each.getKey(), Json.cell(each.getValue())));
                lines.add("");
                lines.addAll(sound.lines(""));
            }
            print(story, lines);
            return 0;
        }
    }

    /// Ends one call.
    @Command(name = "hangup", description = "Ends one call.")
    static final class HangUp extends GatewayCommand {

        @Parameters(paramLabel = "ID", description = "the call")
        private String id = "";

        @Override
        int run(RunningGateway gateway) throws IOException {
            if (!gateway.invoke(TYPE, id, "hangUp").filter(Boolean.TRUE::equals).isPresent()) {
                return fail(noCall(id), EXIT_TROUBLE);
            }
            return done("ended " + id, "call", id, "state", "ended");
        }
    }
}
