package offhook.cli;

import java.io.IOException;
import java.util.List;
import offhook.ops.ReloadLine;
import picocli.CommandLine.Command;

/// `offhook reload`.
@Command(
        name = "reload",
        description = {
            "Reads the configuration again without touching calls.",
            "Says what changed, and what needs a restart."
        })
final class ReloadCommand extends GatewayCommand {

    @Override
    int run(RunningGateway gateway) throws IOException {
        List<String> lines = gateway.gateway().reload();
        print(
                Json.object(
                        "lines",
                        lines.stream()
                                .map(ReloadLine::of)
                                .map(each ->
                                        Json.object("kind", each.kind().key(), "text", each.text()))
                                .toList()),
                lines);
        return 0;
    }
}
