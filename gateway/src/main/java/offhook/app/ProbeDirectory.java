package offhook.app;

import java.time.Duration;
import offhook.call.AgentDirectory;
import offhook.call.CallInbox;
import offhook.call.CallInput;
import offhook.call.ClaimToken;
import offhook.call.IncomingCall;
import offhook.call.QueueExit;

/// The directory of agents, with one more who is always free and whom nobody sees: the browser's
/// end of calls that the gateway makes to itself.
record ProbeDirectory(AgentDirectory agents) implements AgentDirectory {

    @Override
    public void claim(String agent, ClaimToken token, Duration lease, CallInbox replyTo) {
        if (agent.equals(IncomingCall.PROBE)) {
            replyTo.offer(new CallInput.AgentClaimed(agent, token));
        } else {
            agents.claim(agent, token, lease, replyTo);
        }
    }

    @Override
    public void confirm(ClaimToken token) {
        agents.confirm(token);
    }

    @Override
    public void release(ClaimToken token) {
        agents.release(token);
    }

    @Override
    public void untaken(ClaimToken token, boolean missed) {
        agents.untaken(token, missed);
    }

    @Override
    public void enter(String queue, ClaimToken ticket, Duration lease, CallInbox replyTo) {
        agents.enter(queue, ticket, lease, replyTo);
    }

    @Override
    public void leave(ClaimToken ticket, QueueExit exit) {
        agents.leave(ticket, exit);
    }
}
