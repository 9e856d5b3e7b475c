package offhook.cli;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
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
    private static final String LEGS = "Legs";
    private static final ObjectMapper JSON = new ObjectMapper();

    @Option(
            names = "--last",
            paramLabel = "N",
            description = "lists the last N calls that are over, with the verdict of each")
    private Optional<Integer> last = Optional.empty();

    @Override
    int run(RunningGateway gateway) throws IOException {
        if (last.isPresent()) {
            if (last.get() < 1) {
                throw wrong("--last takes 1 or more");
            }
            return listLast(gateway, last.get());
        }
        List<Map<String, Object>> calls = living(gateway);
        Table table =
                new Table("ID", "STATE", "SECONDS", "TRUNK", "CALLER", "CALLED", "AGENT", "AUDIO");
        for (Map<String, Object> call : calls) {
            table.add(
                    text(call, "Id"),
                    text(call, "State"),
                    text(call, "Seconds"),
                    text(call, "Trunk"),
                    text(call, "Caller"),
                    text(call, "Called"),
                    text(call, "Agent"),
                    audio(call));
        }
        print(Map.of("calls", calls), table.lines("no calls"));
        return 0;
    }

    /// The latest first.
    private static List<Map<String, Object>> living(RunningGateway gateway) throws IOException {
        List<Map<String, Object>> calls = new ArrayList<>();
        for (String id : gateway.ids(TYPE)) {
            // Empty: it ended meanwhile.
            gateway.attributes(TYPE, id, STORY).ifPresent(calls::add);
        }
        calls.sort(Comparator.comparingLong(CallsCommand::seconds));
        return calls;
    }

    private static long seconds(Map<String, Object> call) {
        return call.get("Seconds") instanceof Number seconds ? seconds.longValue() : 0;
    }

    private int listLast(RunningGateway gateway, int most) throws IOException {
        JsonNode calls = JSON.readTree(gateway.gateway().lastCalls(most));
        Table table =
                new Table("ID", "BEGAN", "TALKED", "CALLER", "CALLED", "AGENT", "LEVEL", "VERDICT");
        for (JsonNode call : calls) {
            JsonNode verdict = call.path("verdict");
            table.add(
                    call.path("id").asText(),
                    Table.second(call.path("began").asText()),
                    call.path("talk-seconds").isNumber()
                            ? call.path("talk-seconds").asText() + " s"
                            : "",
                    call.path("from").asText(),
                    call.path("to").asText(),
                    call.path("agent").asText(),
                    verdict.path("level").asText(),
                    verdict.path("text").asText());
        }
        print(Map.of("calls", calls), table.lines("no calls are over"));
        return 0;
    }

    private static Object text(Map<String, Object> call, String name) {
        return call.getOrDefault(name, "");
    }

    /// Of each leg, whether it is heard.
    private static String audio(Map<String, Object> call) {
        List<String> legs = new ArrayList<>();
        for (Map<?, ?> leg : legs(call)) {
            legs.add(
                    leg.get("kind")
                            + " "
                            + String.valueOf(leg.get("audio"))
                                    .toLowerCase(Locale.ROOT)
                                    .replace('_', ' '));
        }
        return String.join(", ", legs);
    }

    private static List<Map<?, ?>> legs(Map<String, Object> call) {
        List<Map<?, ?>> legs = new ArrayList<>();
        if (call.get(LEGS) instanceof List<?> all) {
            for (Object leg : all) {
                if (leg instanceof Map<?, ?> figures) {
                    legs.add(figures);
                }
            }
        }
        return legs;
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
            JsonNode story = JSON.readTree(gateway.gateway().call(id));
            List<String> lines = new ArrayList<>(new StoryPrinter(story).lines());
            for (Map<?, ?> leg : legs(gateway.attributes(TYPE, id, STORY).orElse(Map.of()))) {
                Table sound = new Table("LEG " + leg.get("leg"), String.valueOf(leg.get("kind")));
                leg.forEach(sound::add);
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
            print(Map.of("ended", id), List.of("ended " + id));
            return 0;
        }
    }
}
