package offhook.cli;

import java.io.IOException;
import picocli.CommandLine.Command;

/// `offhook undrain`.
@Command(name = "undrain", description = "Takes calls again after drain.")
final class UndrainCommand extends GatewayCommand {

    @Override
    int run(RunningGateway gateway) throws IOException {
        gateway.gateway().undrain();
        return done("takes calls", "draining", false);
    }
}
