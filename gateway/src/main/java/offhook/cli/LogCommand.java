package offhook.cli;

import java.io.IOException;
import java.util.Optional;
import offhook.ops.GatewayMXBean;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `offhook log`.
@Command(
        name = "log",
        description = "Shows or sets the level of the gateway's own log, until its next start.")
final class LogCommand extends GatewayCommand {

    @Parameters(
            arity = "0..1",
            paramLabel = "LEVEL",
            description = "error, warn, info, debug or trace")
    private Optional<String> level = Optional.empty();

    @Override
    int run(RunningGateway running) throws IOException {
        GatewayMXBean gateway = running.gateway();
        level.ifPresent(gateway::setLogLevel);
        String now = gateway.getLogLevel();
        return done(now, "level", now);
    }
}
