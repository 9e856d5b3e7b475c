package offhook.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `offhook calls`: the calls that live, one of them with how its legs sound, and its end.
@Command(
        name = "calls",
        description = "Lists the calls that live.",
        subcommands = {CallsCommand.Show.class, CallsCommand.HangUp.class, BoxCommand.class})
final class CallsCommand extends GatewayCommand {

    private static final String TYPE = "Call";
    private static final String LEGS = "Legs";

    @Override
    int run(RunningGateway gateway) throws IOException {
        List<Map<String, Object>> calls = new ArrayList<>();
        Table table =
                new Table("ID", "STATE", "SECONDS", "FROM", "CALLER", "CALLED", "AGENT", "AUDIO");
        for (String id : gateway.ids(TYPE)) {
            Map<String, Object> call = gateway.attributes(TYPE, id).orElse(Map.of());
            if (call.isEmpty()) {
                continue; // It ended meanwhile.
            }
            calls.add(call);
            table.add(
                    id,
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

    private static Object text(Map<String, Object> call, String name) {
        return call.getOrDefault(name, "");
    }

    /// Of each leg, whether it is heard.
    private static String audio(Map<String, Object> call) {
        List<String> legs = new ArrayList<>();
        for (Map<?, ?> leg : legs(call)) {
            legs.add(leg.get("kind") + " " + leg.get("audio"));
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
    @Command(name = "show", description = "Shows one call and how its legs sound.")
    static final class Show extends GatewayCommand {

        @Parameters(paramLabel = "ID", description = "the call")
        private String id = "";

        @Override
        int run(RunningGateway gateway) throws IOException {
            Optional<Map<String, Object>> call = gateway.attributes(TYPE, id);
            if (call.isEmpty()) {
                return fail(noCall(id), EXIT_TROUBLE);
            }
            List<String> lines = new ArrayList<>();
            Map<String, Object> plain = new LinkedHashMap<>(call.get());
            plain.remove(LEGS);
            Table figures = new Table("FIGURE", "VALUE");
            plain.forEach(figures::add);
            lines.addAll(figures.lines(""));
            for (Map<?, ?> leg : legs(call.get())) {
                Table sound = new Table("LEG " + leg.get("index"), String.valueOf(leg.get("kind")));
                leg.forEach(sound::add);
                lines.add("");
                lines.addAll(sound.lines(""));
            }
            print(call.get(), lines);
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
