package offhook.cli;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import picocli.CommandLine.Command;

/// `offhook undrain`.
@Command(name = "undrain", description = "Takes calls again after drain.")
final class UndrainCommand extends GatewayCommand {

    @Override
    int run(RunningGateway gateway) throws IOException {
        gateway.gateway().undrain();
        print(Map.of("draining", false), List.of("takes calls"));
        return 0;
    }
}
