package offhook.call;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import offhook.call.CallEffect.PartMedia;
import offhook.call.CallEffect.PlayMedia;
import offhook.call.CallInput.LegEnded;
import offhook.call.CallInput.MediaFailed;
import offhook.call.CallState.Active;

/// Decides what becomes of a party whose agent's browser is lost for good: it is led on to the
/// fallback of the route that the call came by, as in a transfer that nobody asked for. A pure
/// function, as [CallMachine] is.
///
/// An agent whom a call rang is not led on to anybody when the caller is lost: there is nobody left
/// whom the call is about.
final class FallbackMachine {

    private final CallPlan plan;
    private final IncomingCall incoming;
    private final CallLimits limits;
    private final TransferMachine transfers;

    FallbackMachine(
            CallPlan plan, IncomingCall incoming, CallLimits limits, TransferMachine transfers) {
        this.plan = plan;
        this.incoming = incoming;
        this.limits = limits;
        this.transfers = transfers;
    }

    /// One step, if the input says that a party is lost and the other one has somewhere to go.
    Optional<Transition> step(CallState state, CallInput input, long nowNanos) {
        if (plan.fallback().isEmpty() || !(state instanceof Active call)) {
            return Optional.empty();
        }
        return switch (input) {
            case LegEnded(LegId leg, EndCause cause) -> lost(call, leg, cause, nowNanos);
            case MediaFailed(LegId leg, EndCause cause) -> lost(call, leg, cause, nowNanos);
            default -> Optional.empty();
        };
    }

    private Optional<Transition> lost(Active call, LegId leg, EndCause cause, long nowNanos) {
        if (!cause.isLoss() || !call.has(leg) || call.facing(leg).token().isPresent()) {
            return Optional.empty();
        }
        return Optional.of(HoldMachine.release(call, freed -> leadOn(freed, leg, cause, nowNanos)));
    }

    private Transition leadOn(Active call, LegId leg, EndCause cause, long nowNanos) {
        Seat waiting = call.facing(leg);
        TransferTask task =
                new TransferTask(
                        false,
                        waiting,
                        Optional.empty(),
                        plan.fallback(),
                        plan.prefer(),
                        new TransferOrder(
                                false,
                                incoming.source(),
                                incoming.called().number(),
                                waiting.party()),
                        call.legs(),
                        nowNanos + limits.ringNanos(),
                        cause);
        List<CallEffect> effects = new ArrayList<>(TransferMachine.leave(call.seat(leg), cause));
        effects.add(new PartMedia(waiting.leg()));
        effects.add(new PlayMedia(waiting.leg(), new Playback.Music()));
        return transfers.attempt(call, task, 0, nowNanos, effects, "a party is lost");
    }
}
