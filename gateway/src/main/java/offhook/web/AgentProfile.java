package offhook.web;

import java.util.Optional;
import offhook.call.Party;
import offhook.config.AgentsConfig;

/// Who an agent is, as its token says or the configuration.
///
/// @param name sign-in name
/// @param displayName name shown to others
/// @param callerId number that those are shown whom the agent calls
/// @param withholdNumber whether those are shown nothing instead
/// @param permissions what it may do
record AgentProfile(
        String name,
        String displayName,
        Optional<String> callerId,
        boolean withholdNumber,
        Permissions permissions) {

    /// Of a user of the configuration, who may do everything.
    static AgentProfile of(AgentsConfig.User user) {
        return new AgentProfile(
                user.name(),
                user.displayName(),
                user.callerId(),
                user.withholdNumber(),
                Permissions.ALL);
    }

    /// The agent, as others are shown it.
    Party party() {
        return new Party(callerId.orElse(name), displayName);
    }

    /// The same in a call that has no details of its own to say that the number is withheld.
    Party shownParty() {
        return withholdNumber ? new Party("", displayName) : party();
    }
}
