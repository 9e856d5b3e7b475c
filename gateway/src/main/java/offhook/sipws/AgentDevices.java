package offhook.sipws;

import java.util.List;
import java.util.Optional;
import offhook.call.CallInbox;
import offhook.call.IncomingCall;
import offhook.call.Leg;
import offhook.call.LegFactory;
import offhook.call.LegId;
import offhook.call.Target;
import offhook.sdp.SessionDescription;

/// Rings all devices of an agent, of whatever kind: pages and phones. Any thread.
///
/// @param kinds rings those of one kind each
public record AgentDevices(List<LegFactory> kinds) implements LegFactory {

    public AgentDevices {
        kinds = List.copyOf(kinds);
    }

    @Override
    public Leg ring(
            LegId id,
            Target target,
            IncomingCall call,
            Optional<SessionDescription> offer,
            CallInbox inbox) {
        DevicesLeg leg = new DevicesLeg(inbox, kinds.size());
        for (int i = 0; i < kinds.size(); i++) {
            leg.rings(i, kinds.get(i).ring(id, target, call, offer, leg.inboxOf(i)));
        }
        return leg;
    }
}
