package offhook.agent;

import java.time.Duration;
import java.util.OptionalLong;
import offhook.call.CallInbox;
import offhook.call.ClaimToken;

/// What a queue does with agents. On the owner of the registry.
interface Reservations {

    /// Since when an agent could be offered a call; empty when it cannot.
    OptionalLong freeSince(String agent);

    /// What an agent is.
    Presence presenceOf(String agent);

    /// Reserves a free agent for a caller and tells its call.
    ///
    /// @return false when the call is gone
    boolean reserve(String agent, ClaimToken token, Duration lease, CallInbox call);

    /// Gives an agent back.
    void release(ClaimToken token);
}
