package offhook.call;

import java.util.List;
import offhook.call.CallEffect.AnswerLeg;
import offhook.call.CallInput.EndRequested;
import offhook.call.CallInput.LegEnded;
import offhook.call.CallInput.MediaConnected;
import offhook.call.CallInput.MediaDescribed;
import offhook.call.CallInput.MediaFailed;
import offhook.call.CallInput.MediaRefused;
import offhook.call.CallInput.TransferCompleted;
import offhook.call.CallInput.Woken;
import offhook.call.CallState.Active;
import offhook.call.CallState.Transferring;
import offhook.call.TransferState.Connecting;

/// Decides what follows when a target said yes and its media is being connected. A pure function,
/// as [CallMachine] is.
final class TransferConnecting {

    private TransferConnecting() {}

    static Transition step(Active before, Connecting s, CallInput input, long nowNanos) {
        Transferring stays = new Transferring(before, s);
        TransferTask task = s.task();
        LegId target = s.target().leg();
        return switch (input) {
            case MediaDescribed in when in.leg().equals(target) ->
                    new Transition(
                            stays,
                            List.of(new AnswerLeg(target, in.local())),
                            "target's media described");
            case MediaConnected in when in.leg().equals(target) ->
                    TransferEnds.connected(before, task, s.target(), List.of());
            case MediaRefused in when in.leg().equals(target) ->
                    TransferTargets.next(
                            before, task, s.attempt(), s.target(), in.cause(), nowNanos);
            case MediaFailed in when in.leg().equals(target) ->
                    TransferTargets.next(
                            before, task, s.attempt(), s.target(), in.cause(), nowNanos);
            case LegEnded in when in.leg().equals(target) ->
                    TransferTargets.next(
                            before, task, s.attempt(), s.target(), in.cause(), nowNanos);
            case TransferCompleted in when task.isTransferor(in.leg()) ->
                    TransferTargets.blind(
                            before,
                            new Connecting(task.blind(), s.attempt(), s.target(), s.untilNanos()));
            case Woken _ ->
                    nowNanos < s.untilNanos()
                            ? Transition.ignored(stays)
                            : TransferTargets.next(
                                    before,
                                    task,
                                    s.attempt(),
                                    s.target(),
                                    EndCause.mediaTimeout(),
                                    nowNanos);
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
