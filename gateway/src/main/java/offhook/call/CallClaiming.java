package offhook.call;

import java.util.List;
import java.util.Optional;
import offhook.call.CallEffect.ReleaseClaim;
import offhook.call.CallEffect.RingTarget;
import offhook.call.CallEffect.WakeAt;
import offhook.call.CallInput.AgentClaimed;
import offhook.call.CallInput.AgentRefused;
import offhook.call.CallInput.EndRequested;
import offhook.call.CallInput.LegEnded;
import offhook.call.CallInput.MediaConnected;
import offhook.call.CallInput.Woken;
import offhook.call.CallState.Claiming;
import offhook.call.CallState.Ringing;

/// Decides what follows while an agent is being reserved. A pure function, as [CallMachine] is.
final class CallClaiming {

    private final LegId caller;
    private final CallTargets targets;

    CallClaiming(LegId caller, CallTargets targets) {
        this.caller = caller;
        this.targets = targets;
    }

    Transition step(Claiming s, CallInput input, long nowNanos) {
        List<CallEffect> giveBack = List.of(new ReleaseClaim(s.token()));
        return switch (input) {
            case AgentClaimed in when in.token().equals(s.token()) -> {
                LegId callee = targets.calleeOf(s.attempt());
                long ringUntil = targets.ringUntil(s.waiting(), s.attempt(), nowNanos);
                yield new Transition(
                        new Ringing(
                                s.waiting(),
                                s.attempt(),
                                Optional.of(s.token()),
                                callee,
                                false,
                                ringUntil),
                        List.of(
                                new RingTarget(
                                        callee, targets.target(s.attempt()), Optional.empty()),
                                new WakeAt(ringUntil)),
                        "target reserved");
            }
            case AgentRefused in when in.token().equals(s.token()) ->
                    targets.attempt(
                            s.waiting().withRefusal(EndCause.noAgent(in.reason())),
                            s.attempt() + 1,
                            nowNanos,
                            giveBack,
                            "target " + in.reason());
            case MediaConnected in when in.leg().equals(caller) ->
                    CallTargets.quietly(
                            new Claiming(s.waiting().withConnected(), s.attempt(), s.token()));
            case Woken _ ->
                    nowNanos < s.waiting().giveUpAtNanos()
                            ? Transition.ignored(s)
                            : targets.over(
                                    EndCause.noAnswer(), giveBack, "caller waited long enough");
            case AgentClaimed in ->
                    // A reply that comes after we gave up on it: the agent must not stay reserved.
                    new Transition(
                            s, List.of(new ReleaseClaim(in.token())), "late reservation returned");
            case LegEnded _,
                    EndRequested _,
                    CallInput.OfDirectory _,
                    CallInput.OfRinging _,
                    CallInput.OfMedia _,
                    CallInput.OfTalk _,
                    CallInput.OfTransfer _,
                    CallInput.OfRefer _ ->
                    Transition.ignored(s);
        };
    }
}
