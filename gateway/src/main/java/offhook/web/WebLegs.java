package offhook.web;

import java.util.Optional;
import offhook.call.CallInbox;
import offhook.call.CallInput;
import offhook.call.EndCause;
import offhook.call.IncomingCall;
import offhook.call.Leg;
import offhook.call.LegFactory;
import offhook.call.LegId;
import offhook.call.Target;
import offhook.sdp.SessionDescription;

/// Rings agents. Any thread.
final class WebLegs implements LegFactory {

    private final AgentDesk desk;

    WebLegs(AgentDesk desk) {
        this.desk = desk;
    }

    @Override
    public Leg ring(
            LegId id,
            Target target,
            IncomingCall call,
            Optional<SessionDescription> offer,
            CallInbox inbox) {
        String agent = target instanceof Target.Agent(String name) ? name : "";
        WebLeg leg = new WebLeg(desk, id, agent, call, inbox);
        if (!desk.owner().post(() -> desk.onRing(leg))) {
            EndCause cause = WebLeg.overloaded();
            inbox.offer(new CallInput.LegEnded(id, cause));
            leg.end(cause);
        }
        return leg;
    }
}
