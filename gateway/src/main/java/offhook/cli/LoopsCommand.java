package offhook.cli;

import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/// `offhook loops`.
@Command(
        name = "loops",
        description = "Says how the media loops do; exit code 1 when one refuses calls.")
final class LoopsCommand extends GatewayCommand {

    private static final String TYPE = "MediaLoop";
    private static final List<String> SHOWN =
            List.of(
                    "Calls",
                    "Legs",
                    "Utilisation",
                    "Lateness",
                    "LateTicks",
                    "Complexity",
                    "PortsUsed",
                    "Ports",
                    "RefusingCalls");

    @Override
    int run(RunningGateway gateway) throws IOException {
        List<Map<String, Object>> loops = new ArrayList<>();
        Table table =
                new Table(
                        "LOOP",
                        "CALLS",
                        "LEGS",
                        "BUSY %",
                        "LATE MS",
                        "LATE",
                        "COMPLEXITY",
                        "PORTS USED",
                        "PORTS",
                        "REFUSES");
        boolean refuses = false;
        for (String index : gateway.ids(TYPE)) {
            Map<String, Object> loop = gateway.attributes(TYPE, index).orElse(Map.of());
            loops.add(loop);
            List<Object> cells = new ArrayList<>(List.of(index));
            SHOWN.forEach(name -> cells.add(loop.getOrDefault(name, "")));
            table.add(cells.toArray());
            refuses |= Boolean.TRUE.equals(loop.get("RefusingCalls"));
        }
        print(Map.of("loops", loops), table.lines("no media loop"));
        return refuses ? EXIT_TROUBLE : 0;
    }
}
