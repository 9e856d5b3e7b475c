package offhook.call;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import offhook.call.CallEffect.ClaimAgent;
import offhook.call.CallEffect.OpenMedia;
import offhook.call.CallEffect.PlayMedia;
import offhook.call.CallEffect.RingThird;
import offhook.call.CallEffect.WakeAt;
import offhook.call.CallState.Active;
import offhook.call.CallState.Transferring;
import offhook.call.TransferState.Claiming;
import offhook.call.TransferState.Offering;
import offhook.call.TransferState.Ringing;

/// Tries the targets of a transfer one after the other. Pure.
final class TransferTargets {

    private TransferTargets() {}

    /// Tries target `index`, or gives the waiting party back when none is left.
    static Transition attempt(
            Active before,
            TransferTask task,
            int index,
            long nowNanos,
            List<CallEffect> effectsBefore,
            String reason) {
        if (index >= task.attempts().size() || nowNanos >= task.giveUpAtNanos()) {
            return TransferEnds.returned(
                    before,
                    task,
                    task.lastRefusal(),
                    effectsBefore,
                    reason + ", nobody is left to try");
        }
        List<CallEffect> effects = new ArrayList<>(effectsBefore);
        if (index > 0) {
            effects.add(new PlayMedia(task.waiting().leg(), new Playback.Music()));
        }
        return switch (task.target(index)) {
            case Target.Queue queue ->
                    TransferQueue.enter(before, task, index, queue, nowNanos, effects, reason);
            case Target.Agent(String name) -> {
                effects.add(new ClaimAgent(name, task.token(index)));
                effects.add(new WakeAt(task.giveUpAtNanos()));
                yield new Transition(
                        new Transferring(before, new Claiming(task, index, task.token(index))),
                        effects,
                        reason);
            }
            case Target.InCall to -> {
                long until = ringUntil(task, index, nowNanos);
                Seat seat = new Seat(task.leg(index), Optional.empty(), to.party());
                effects.add(
                        new RingThird(
                                seat.leg(), to, task.shown(), task.order(), Optional.empty()));
                effects.add(new WakeAt(until));
                yield new Transition(
                        new Transferring(before, new Ringing(task, index, seat, false, until)),
                        effects,
                        reason);
            }
            case Target.OnTrunk to -> {
                LegId target = task.leg(index);
                long until = ringUntil(task, index, nowNanos);
                effects.add(
                        new OpenMedia(
                                target, new MediaProfile.Trunk(to.trunk()), Optional.empty()));
                effects.add(new WakeAt(until));
                yield new Transition(
                        new Transferring(before, new Offering(task, index, target, until)),
                        effects,
                        reason);
            }
        };
    }

    static long ringUntil(TransferTask task, int attempt, long nowNanos) {
        return Math.min(nowNanos + task.attempts().get(attempt).ringNanos(), task.giveUpAtNanos());
    }

    /// Gives up a target that was rung, and goes on.
    static Transition next(
            Active before, TransferTask task, int index, Seat target, EndCause why, long nowNanos) {
        return afterTarget(
                before,
                task,
                index,
                CallTargets.untaken(target.leg(), target.token(), why),
                why,
                nowNanos);
    }

    static Transition afterTarget(
            Active before,
            TransferTask task,
            int index,
            List<CallEffect> giveUp,
            EndCause why,
            long nowNanos) {
        String reason = "target gave up: " + why.reason();
        return CallTargets.isFinal(task.attempts().get(index), why)
                ? TransferEnds.returned(before, task, why, giveUp, reason)
                : attempt(before, task.withRefusal(why), index + 1, nowNanos, giveUp, reason);
    }

    static Transition blind(Active before, TransferState next) {
        return new Transition(
                new Transferring(before, next), List.of(), "no consultation is wanted any more");
    }
}
