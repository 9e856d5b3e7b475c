package offhook.call;

import java.util.List;
import java.util.Optional;
import offhook.call.CallInput.EndRequested;
import offhook.call.CallInput.LegEnded;
import offhook.call.CallInput.MediaFailed;
import offhook.call.CallInput.TransferCompleted;
import offhook.call.CallInput.Woken;
import offhook.call.CallState.Active;
import offhook.call.CallState.Transferring;
import offhook.call.TransferState.Consulting;

/// Decides what follows while the transferor talks to the target. A pure function, as [CallMachine]
/// is.
final class TransferConsulting {

    private TransferConsulting() {}

    static Transition step(Active before, Consulting s, CallInput input, long nowNanos) {
        Transferring stays = new Transferring(before, s);
        TransferTask task = s.task();
        LegId target = s.target().leg();
        return switch (input) {
            case TransferCompleted in when task.isTransferor(in.leg()) ->
                    complete(before, s, nowNanos);
            case LegEnded in when in.leg().equals(target) ->
                    TransferEnds.returned(
                            before,
                            task,
                            in.cause(),
                            TransferEnds.leave(s.target(), in.cause()),
                            "the target is gone");
            case MediaFailed in when in.leg().equals(target) ->
                    TransferEnds.returned(
                            before,
                            task,
                            in.cause(),
                            TransferEnds.leave(s.target(), in.cause()),
                            "media of the target failed");
            case LegEnded _,
                    EndRequested _,
                    Woken _,
                    CallInput.OfDirectory _,
                    CallInput.OfRinging _,
                    CallInput.OfMedia _,
                    CallInput.OfTalk _,
                    CallInput.OfTransfer _,
                    CallInput.OfRefer _ ->
                    Transition.ignored(stays);
        };
    }

    /// Where the target is a number, the waiting party's network is asked first.
    private static Transition complete(Active before, Consulting s, long nowNanos) {
        TransferTask task = s.task();
        int attempt = s.target().leg().index() - task.firstLeg();
        return task.target(attempt) instanceof Target.Trunk number
                ? ReferMachine.ask(
                        before, task, number, Optional.of(s.target()), List.of(), nowNanos)
                : TransferEnds.joined(
                        before, task, s.target(), "the transferor leaves the two alone");
    }
}
