package offhook.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import picocli.CommandLine.Command;

/// `offhook loops`.
@Command(
        name = "loops",
        description = "Says how the media loops do; exit code 1 when one refuses calls.")
final class LoopsCommand extends GatewayCommand {

    private static final String[] SHOWN = {
        "index",
        "calls",
        "legs",
        "utilisation-percent",
        "lateness-millis",
        "late-ticks",
        "complexity",
        "ports-used",
        "ports",
        "refusing-calls"
    };

    @Override
    int run(RunningGateway gateway) throws IOException {
        List<ObjectNode> loops = gateway.shown("MediaLoop");
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
        loops.forEach(loop -> table.add(Json.cells(loop, SHOWN)));
        print(Json.object("loops", loops), table.lines("no media loop"));
        return loops.stream().anyMatch(loop -> loop.path("refusing-calls").asBoolean())
                ? EXIT_TROUBLE
                : 0;
    }
}
