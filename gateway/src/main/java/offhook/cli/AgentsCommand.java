package offhook.cli;

import java.io.IOException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import picocli.CommandLine.Command;
import picocli.CommandLine.Parameters;

/// `offhook agents`.
@Command(
        name = "agents",
        description = "Lists the agents and what they are doing.",
        subcommands = AgentsCommand.SignOut.class)
final class AgentsCommand extends GatewayCommand {

    @Override
    int run(RunningGateway gateway) throws IOException {
        Map<String, String> agents = new TreeMap<>(gateway.gateway().getAgents());
        Table table = new Table("AGENT", "STATE");
        agents.forEach(table::add);
        print(Map.of("agents", agents), table.lines("no agent is configured"));
        return 0;
    }

    /// Ends an agent's sign-ins.
    @Command(
            name = "sign-out",
            aliases = "revoke",
            description = "Lets no token of an agent count that it has, and closes its pages.")
    static final class SignOut extends GatewayCommand {

        @Parameters(paramLabel = "AGENT", description = "the agent's sign-in name")
        private String name = "";

        @Override
        int run(RunningGateway gateway) throws IOException {
            Optional<Object> done = gateway.invoke("Agent", name, "revokeTokens");
            if (done.isEmpty()) {
                return unknown(
                        "agent",
                        name,
                        gateway.gateway().getAgents().keySet().stream().sorted().toList());
            }
            String words = done.get().toString();
            print(Map.of("revoked", name, "said", words), List.of(words));
            return 0;
        }
    }
}
