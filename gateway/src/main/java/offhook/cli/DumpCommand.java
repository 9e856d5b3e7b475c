package offhook.cli;

import java.io.IOException;
import picocli.CommandLine.Command;

/// `offhook dump`.
@Command(name = "dump", description = "Prints what a maintainer asks for first.")
final class DumpCommand extends GatewayCommand {

    @Override
    int run(RunningGateway gateway) throws IOException {
        String text = gateway.gateway().dump();
        return done(text, "dump", text);
    }
}
