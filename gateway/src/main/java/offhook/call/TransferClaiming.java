package offhook.call;

import java.util.List;
import java.util.Optional;
import offhook.call.CallEffect.ReleaseClaim;
import offhook.call.CallEffect.RingThird;
import offhook.call.CallEffect.WakeAt;
import offhook.call.CallInput.AgentClaimed;
import offhook.call.CallInput.AgentRefused;
import offhook.call.CallInput.EndRequested;
import offhook.call.CallInput.LegEnded;
import offhook.call.CallInput.TransferCompleted;
import offhook.call.CallInput.Woken;
import offhook.call.CallState.Active;
import offhook.call.CallState.Transferring;
import offhook.call.TransferState.Claiming;
import offhook.call.TransferState.Ringing;

/// Decides what follows while the agent that somebody is transferred to is being reserved. A pure
/// function, as [CallMachine] is.
final class TransferClaiming {

    private TransferClaiming() {}

    static Transition step(Active before, Claiming s, CallInput input, long nowNanos) {
        Transferring stays = new Transferring(before, s);
        List<CallEffect> giveBack = List.of(new ReleaseClaim(s.token()));
        return switch (input) {
            case AgentClaimed in -> {
                TransferTask task = s.task();
                Target target = task.target(s.attempt());
                Seat seat =
                        new Seat(task.leg(s.attempt()), Optional.of(in.token()), target.party());
                long until = TransferTargets.ringUntil(task, s.attempt(), nowNanos);
                yield new Transition(
                        new Transferring(
                                before, new Ringing(task, s.attempt(), seat, false, until)),
                        List.of(
                                new RingThird(
                                        seat.leg(),
                                        target,
                                        task.shown(),
                                        task.order(),
                                        Optional.empty()),
                                new WakeAt(until)),
                        "target reserved");
            }
            case AgentRefused in when in.token().equals(s.token()) ->
                    TransferTargets.attempt(
                            before,
                            s.task().withRefusal(EndCause.noAgent(in.reason())),
                            s.attempt() + 1,
                            nowNanos,
                            giveBack,
                            "target " + in.reason());
            case TransferCompleted in when s.task().isTransferor(in.leg()) ->
                    TransferTargets.blind(
                            before, new Claiming(s.task().blind(), s.attempt(), s.token()));
            case Woken _ ->
                    nowNanos < s.task().giveUpAtNanos()
                            ? Transition.ignored(stays)
                            : TransferEnds.returned(
                                    before,
                                    s.task(),
                                    EndCause.noAnswer(),
                                    giveBack,
                                    "waited long enough");
            case LegEnded _,
                    EndRequested _,
                    CallInput.OfDirectory _,
                    CallInput.OfRinging _,
                    CallInput.OfMedia _,
                    CallInput.OfTalk _,
                    CallInput.OfTransfer _,
                    CallInput.OfRefer _ ->
                    Transition.ignored(stays);
        };
    }
}
