package offhook.cli;

import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.util.List;
import java.util.Optional;
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
        List<ObjectNode> agents = gateway.shown("Agent");
        Table table = new Table("AGENT", "STATE", "REASON", "SINCE", "CALLS", "ANSWERED", "MISSED");
        for (ObjectNode agent : agents) {
            table.add(
                    Json.cells(
                            agent,
                            "name",
                            "state",
                            "reason",
                            "since",
                            "calls",
                            "calls-answered",
                            "calls-missed"));
        }
        print(Json.object("agents", agents), table.lines("no agent is configured"));
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
            return done(words, "agent", name, "state", "signed-out", "text", words);
        }
    }
}
