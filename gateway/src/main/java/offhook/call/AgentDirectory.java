package offhook.call;

import java.time.Duration;

/// Who is there and free: reservations of agents. Asynchronous, so that it can be served by another
/// node. A reservation is claimed, then confirmed or released; a claim that is neither lapses with
/// its lease. Whoever gives up waiting for a reply releases.
public interface AgentDirectory {

    /// Reserves an agent; [CallInput.AgentClaimed] or [CallInput.AgentRefused] comes back.
    void claim(String agent, ClaimToken token, Duration lease, CallInbox replyTo);

    /// The reserved agent answered: it is busy until released.
    void confirm(ClaimToken token);

    /// The agent is free again. Idempotent; unknown tokens are ignored.
    void release(ClaimToken token);
}
