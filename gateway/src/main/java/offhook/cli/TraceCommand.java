package offhook.cli;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import offhook.ops.GatewayMXBean;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/// `offhook trace`: which messages the log of the gateway shows.
@Command(
        name = "trace",
        description = {
            "Has the gateway write SIP messages, and those of agents' pages, into its log.",
            "Without arguments: says what is traced. Until its next start, or --off."
        })
final class TraceCommand extends GatewayCommand {

    @ArgGroup(exclusive = true, multiplicity = "0..1")
    private What what = new What();

    /// What is to be traced.
    static final class What {

        @Parameters(
                arity = "1",
                paramLabel = "CALL",
                description = "the messages of a call, those that passed and those to come")
        private Optional<String> call = Optional.empty();

        @Option(
                names = "--trunk",
                paramLabel = "NAME",
                description = "all messages of a trunk, or of an agent's browsers")
        private Optional<String> trunk = Optional.empty();

        @Option(names = "--all", description = "all messages: a lot")
        private boolean all;

        @Option(names = "--off", description = "no messages any more")
        private boolean off;
    }

    @Override
    int run(RunningGateway running) throws IOException {
        GatewayMXBean gateway = running.gateway();
        what.call.ifPresent(gateway::traceCall);
        what.trunk.ifPresent(gateway::traceTrunk);
        if (what.all) {
            gateway.traceAll();
        }
        if (what.off) {
            gateway.stopTraces();
        }
        List<String> traces = gateway.getTraces();
        print(
                Map.of("traces", traces),
                traces.isEmpty()
                        ? List.of("nothing is traced")
                        : traces.stream().map(each -> "traced: " + each).toList());
        return 0;
    }
}
