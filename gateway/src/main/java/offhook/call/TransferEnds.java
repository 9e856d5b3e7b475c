package offhook.call;

import java.util.ArrayList;
import java.util.List;
import offhook.call.CallEffect.CloseMedia;
import offhook.call.CallEffect.EndLeg;
import offhook.call.CallEffect.JoinMedia;
import offhook.call.CallEffect.ReleaseClaim;
import offhook.call.CallEffect.StopMedia;
import offhook.call.CallEffect.TellConnected;
import offhook.call.CallEffect.TellParty;
import offhook.call.CallEffect.TellTransfer;
import offhook.call.CallState.Active;
import offhook.call.CallState.Ended;
import offhook.call.CallState.Transferring;
import offhook.call.TransferState.Claiming;
import offhook.call.TransferState.Connecting;
import offhook.call.TransferState.Consulting;
import offhook.call.TransferState.Offering;
import offhook.call.TransferState.Queued;
import offhook.call.TransferState.Referring;
import offhook.call.TransferState.Ringing;

/// What a transfer comes to: two parties that talk, the transferor with its party again, or nobody.
/// Pure.
final class TransferEnds {

    private TransferEnds() {}

    /// A party asks for what is not possible now.
    static Transition refused(CallState state, LegId leg, EndCause cause) {
        return new Transition(
                state,
                List.of(new TellTransfer(leg, new TransferReport.Refused(cause))),
                "transfer refused: " + cause.reason());
    }

    static EndCause notNow() {
        return EndCause.gateway("not-now", 491, 31, "the call is not in a state for this");
    }

    /// The target's media stands.
    static Transition connected(
            Active before, TransferTask task, Seat target, List<CallEffect> effectsBefore) {
        List<CallEffect> effects = new ArrayList<>(effectsBefore);
        effects.add(new TellConnected(target.leg()));
        if (task.consult() && task.transferor().isPresent()) {
            LegId transferor = task.transferor().get().leg();
            join(transferor, target.leg(), effects);
            effects.add(new TellTransfer(transferor, new TransferReport.Consulting()));
            return new Transition(
                    new Transferring(before, new Consulting(task, target)),
                    effects,
                    "the target can be consulted");
        }
        Transition joined = joined(before, task, target, "the target answered");
        effects.addAll(joined.effects());
        return new Transition(joined.next(), effects, joined.reason());
    }

    /// The waiting party and the target have each other; the transferor leaves.
    static Transition joined(Active before, TransferTask task, Seat target, String reason) {
        List<CallEffect> effects = new ArrayList<>();
        join(task.waiting().leg(), target.leg(), effects);
        effects.add(new TellParty(target.leg(), task.waiting().party()));
        effects.add(new TellParty(task.waiting().leg(), target.party()));
        report(task, new TransferReport.Done(), effects);
        task.transferor()
                .ifPresent(seat -> effects.addAll(leave(seat, EndCause.transferred(seat.by()))));
        return new Transition(
                new Active(task.waiting(), target, task.legsAfter(), before.endAtNanos()),
                effects,
                reason);
    }

    /// The transferor has the waiting party again; without a transferor nobody has.
    static Transition returned(
            Active before,
            TransferTask task,
            EndCause cause,
            List<CallEffect> effectsBefore,
            String reason) {
        List<CallEffect> effects = new ArrayList<>(effectsBefore);
        if (task.transferor().isEmpty()) {
            effects.addAll(leave(task.waiting(), cause));
            return new Transition(new Ended(cause), effects, reason + ", nobody is left");
        }
        effects.add(new StopMedia(task.waiting().leg()));
        join(task.transferor().get().leg(), task.waiting().leg(), effects);
        report(task, new TransferReport.Failed(cause), effects);
        return new Transition(
                new Active(before.one(), before.other(), task.legsAfter(), before.endAtNanos()),
                effects,
                reason);
    }

    static Transition over(TransferState transfer, EndCause cause, String reason) {
        TransferTask task = transfer.task();
        List<CallEffect> effects = new ArrayList<>(giveBack(transfer, cause));
        report(task, new TransferReport.Failed(cause), effects);
        task.transferor().ifPresent(seat -> effects.addAll(leave(seat, cause)));
        effects.addAll(leave(task.waiting(), cause));
        return new Transition(new Ended(cause), effects, reason);
    }

    /// What a state holds of others than the two of the call.
    static List<CallEffect> giveBack(TransferState transfer, EndCause cause) {
        return switch (transfer) {
            case Referring s -> s.consulted().map(seat -> leave(seat, cause)).orElse(List.of());
            case Claiming s -> List.of(new ReleaseClaim(s.token()));
            case Queued s -> QueueMachine.giveBack(s.stay(), cause);
            case Offering s -> List.of(new CloseMedia(s.target()));
            case Ringing s -> leave(s.target(), cause);
            case Connecting s -> leave(s.target(), cause);
            case Consulting s -> leave(s.target(), cause);
        };
    }

    /// A party leaves the call.
    static List<CallEffect> leave(Seat seat, EndCause cause) {
        List<CallEffect> effects = new ArrayList<>();
        effects.add(new EndLeg(seat.leg(), cause));
        effects.add(new CloseMedia(seat.leg()));
        seat.token().map(ReleaseClaim::new).ifPresent(effects::add);
        return effects;
    }

    /// Lets two hear each other of whom the first may have heard a sound of ours.
    static void join(LegId waited, LegId other, List<CallEffect> effects) {
        effects.add(new StopMedia(waited));
        effects.add(new JoinMedia(waited, other));
    }

    static void report(TransferTask task, TransferReport report, List<CallEffect> effects) {
        task.transferor().ifPresent(seat -> effects.add(new TellTransfer(seat.leg(), report)));
    }
}
