package offhook.cli;

import java.io.IOException;
import java.util.Map;
import java.util.TreeMap;
import picocli.CommandLine.Command;

/// `offhook agents`.
@Command(name = "agents", description = "Lists the agents and what they are doing.")
final class AgentsCommand extends GatewayCommand {

    @Override
    int run(RunningGateway gateway) throws IOException {
        Map<String, String> agents = new TreeMap<>(gateway.gateway().getAgents());
        Table table = new Table("AGENT", "STATE");
        agents.forEach(table::add);
        print(Map.of("agents", agents), table.lines("no agent is configured"));
        return 0;
    }
}
