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
/// @param probe the browser's end of calls that the gateway makes to itself
record TargetLegs(LegFactory agents, LegFactory trunks, LegFactory probe) implements LegFactory {

    @Override
    public Leg ring(
            LegId id,
            Target target,
            IncomingCall call,
            Optional<SessionDescription> offer,
            CallInbox inbox) {
        LegFactory factory =
                switch (target) {
                    case Target.Agent(String name) when name.equals(IncomingCall.PROBE) -> probe;
                    case Target.Agent _ -> agents;
                    case Target.Queue _ ->
                            throw new IllegalArgumentException("its agents ring, not the queue");
                    case Target.OnTrunk _ -> trunks;
                    case Target.InCall _ ->
                            throw new IllegalStateException("calls reach each other by themselves");
                };
        return factory.ring(id, target, call, offer, inbox);
    }
}
