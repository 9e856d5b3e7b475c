package offhook.call;

import java.time.Duration;

/// Who is there and free: reservations of agents, and queues for them. Asynchronous, so that it can
/// be served by another node. A reservation is claimed, then confirmed or released; a claim that is
/// neither lapses with its lease. Whoever gives up waiting for a reply releases.
public interface AgentDirectory {

    /// Reserves an agent; [CallInput.AgentClaimed] or [CallInput.AgentRefused] comes back.
    void claim(String agent, ClaimToken token, Duration lease, CallInbox replyTo);

    /// The reserved agent answered: it is busy until released.
    void confirm(ClaimToken token);

    /// The agent is free again; of a ticket: the caller is gone. Idempotent; unknown tokens are
    /// ignored.
    void release(ClaimToken token);

    /// Like [#release], and the agent did not take the call that it was reserved for: in a queue,
    /// others come first now.
    ///
    /// @param missed whether the agent let it ring
    void untaken(ClaimToken token, boolean missed);

    /// A caller waits in a queue. [CallInput.AgentClaimed] comes for each agent that is reserved
    /// for it, with a token of the ticket; [CallInput.QueueWaiting] when there is none;
    /// [CallInput.AgentRefused] with the ticket when it may not wait.
    ///
    /// @param lease of each reservation
    void enter(String queue, ClaimToken ticket, Duration lease, CallInbox replyTo);

    /// The caller waits no more; reservations that its call has not confirmed are released.
    /// Idempotent; unknown tickets are ignored.
    void leave(ClaimToken ticket, QueueExit exit);
}
