package offhook.call;

import java.util.List;
import java.util.Optional;
import offhook.call.CallEffect.CloseMedia;
import offhook.call.CallEffect.RingThird;
import offhook.call.CallInput.EndRequested;
import offhook.call.CallInput.LegEnded;
import offhook.call.CallInput.MediaDescribed;
import offhook.call.CallInput.MediaFailed;
import offhook.call.CallInput.MediaRefused;
import offhook.call.CallInput.TransferCompleted;
import offhook.call.CallInput.Woken;
import offhook.call.CallState.Active;
import offhook.call.CallState.Transferring;
import offhook.call.TransferState.Offering;
import offhook.call.TransferState.Ringing;

/// Decides what follows while our offer is being made to a target that cannot make one. A pure
/// function, as [CallMachine] is.
final class TransferOffering {

    private TransferOffering() {}

    static Transition step(Active before, Offering s, CallInput input, long nowNanos) {
        Transferring stays = new Transferring(before, s);
        TransferTask task = s.task();
        return switch (input) {
            case MediaDescribed in when in.leg().equals(s.target()) -> {
                Target target = task.target(s.attempt());
                Seat seat = new Seat(s.target(), Optional.empty(), target.party());
                yield new Transition(
                        new Transferring(
                                before,
                                new Ringing(task, s.attempt(), seat, false, s.untilNanos())),
                        List.of(
                                new RingThird(
                                        s.target(),
                                        target,
                                        task.shown(),
                                        task.order(),
                                        Optional.of(in.local()))),
                        "our offer is ready");
            }
            case MediaRefused in when in.leg().equals(s.target()) ->
                    TransferTargets.afterTarget(
                            before,
                            task,
                            s.attempt(),
                            List.of(new CloseMedia(s.target())),
                            in.cause(),
                            nowNanos);
            case MediaFailed in when in.leg().equals(s.target()) ->
                    TransferTargets.afterTarget(
                            before,
                            task,
                            s.attempt(),
                            List.of(new CloseMedia(s.target())),
                            in.cause(),
                            nowNanos);
            case TransferCompleted in when task.isTransferor(in.leg()) ->
                    TransferTargets.blind(
                            before,
                            new Offering(task.blind(), s.attempt(), s.target(), s.untilNanos()));
            case Woken _ ->
                    nowNanos < s.untilNanos()
                            ? Transition.ignored(stays)
                            : TransferEnds.returned(
                                    before,
                                    task,
                                    EndCause.noAnswer(),
                                    List.of(new CloseMedia(s.target())),
                                    "no offer could be made in time");
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
