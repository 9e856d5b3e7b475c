package offhook.cli;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/// `offhook dump`.
@Command(name = "dump", description = "Prints what a maintainer asks for first.")
final class DumpCommand extends GatewayCommand {

    @Override
    int run(RunningGateway gateway) throws IOException {
        String text = gateway.gateway().dump();
        print(Map.of("dump", text), List.of(text));
        return 0;
    }
}
