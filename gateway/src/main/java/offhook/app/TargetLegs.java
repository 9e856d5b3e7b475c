package offhook.app;

import java.util.Optional;
import offhook.call.CallInbox;
import offhook.call.IncomingCall;
import offhook.call.Leg;
import offhook.call.LegFactory;
import offhook.call.LegId;
import offhook.call.Target;
import offhook.sdp.SessionDescription;

/// Rings each target by the room that reaches its kind.
///
/// @param agents rings agents
/// @param trunks calls numbers on trunks
record TargetLegs(LegFactory agents, LegFactory trunks) implements LegFactory {

    @Override
    public Leg ring(
            LegId id,
            Target target,
            IncomingCall call,
            Optional<SessionDescription> offer,
            CallInbox inbox) {
        LegFactory factory =
                switch (target) {
                    case Target.Agent _ -> agents;
                    case Target.OnTrunk _ -> trunks;
                    case Target.InCall _ ->
                            throw new IllegalStateException("calls reach each other by themselves");
                };
        return factory.ring(id, target, call, offer, inbox);
    }
}
