package offhook.call;

import java.util.List;
import java.util.Optional;
import offhook.call.CallEffect.CloseMedia;
import offhook.call.CallEffect.ReleaseClaim;
import offhook.call.CallEffect.RingTarget;
import offhook.call.CallInput.AgentClaimed;
import offhook.call.CallInput.EndRequested;
import offhook.call.CallInput.LegEnded;
import offhook.call.CallInput.MediaConnected;
import offhook.call.CallInput.MediaDescribed;
import offhook.call.CallInput.MediaFailed;
import offhook.call.CallInput.MediaRefused;
import offhook.call.CallInput.Woken;
import offhook.call.CallState.Offering;
import offhook.call.CallState.Ringing;

/// Decides what follows while our offer is being made to a target that cannot make one. A pure
/// function, as [CallMachine] is.
final class CallOffering {

    private final LegId caller;
    private final CallTargets targets;

    CallOffering(LegId caller, CallTargets targets) {
        this.caller = caller;
        this.targets = targets;
    }

    Transition step(Offering s, CallInput input, long nowNanos) {
        return switch (input) {
            case MediaDescribed in when in.leg().equals(s.callee()) ->
                    new Transition(
                            new Ringing(
                                    s.waiting(),
                                    s.attempt(),
                                    Optional.empty(),
                                    s.callee(),
                                    false,
                                    s.ringUntilNanos()),
                            List.of(
                                    new RingTarget(
                                            s.callee(),
                                            targets.target(s.attempt()),
                                            Optional.of(in.local()))),
                            "our offer is ready");
            case MediaRefused in when in.leg().equals(s.callee()) ->
                    targets.afterTarget(
                            s.waiting(),
                            s.attempt(),
                            List.of(new CloseMedia(s.callee())),
                            in.cause(),
                            nowNanos);
            case MediaFailed in when in.leg().equals(s.callee()) ->
                    targets.afterTarget(
                            s.waiting(),
                            s.attempt(),
                            List.of(new CloseMedia(s.callee())),
                            in.cause(),
                            nowNanos);
            case MediaConnected in when in.leg().equals(caller) ->
                    CallTargets.quietly(
                            new Offering(
                                    s.waiting().withConnected(),
                                    s.attempt(),
                                    s.callee(),
                                    s.ringUntilNanos()));
            case Woken _ ->
                    nowNanos < s.ringUntilNanos()
                            ? Transition.ignored(s)
                            : targets.over(
                                    EndCause.noAnswer(),
                                    List.of(new CloseMedia(s.callee())),
                                    "no offer could be made in time");
            case AgentClaimed in ->
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
