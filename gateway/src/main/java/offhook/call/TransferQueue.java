package offhook.call;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import offhook.call.CallEffect.AnswerLeg;
import offhook.call.CallEffect.ConfirmClaim;
import offhook.call.CallEffect.EnterQueue;
import offhook.call.CallEffect.LeaveQueue;
import offhook.call.CallEffect.ReleaseClaim;
import offhook.call.CallEffect.RingThird;
import offhook.call.CallEffect.TellConnected;
import offhook.call.CallEffect.WakeAt;
import offhook.call.CallInput.AgentClaimed;
import offhook.call.CallInput.AgentRefused;
import offhook.call.CallInput.LegAccepted;
import offhook.call.CallInput.LegEnded;
import offhook.call.CallInput.MediaConnected;
import offhook.call.CallInput.MediaDescribed;
import offhook.call.CallInput.MediaFailed;
import offhook.call.CallInput.MediaRefused;
import offhook.call.CallInput.QueueWaiting;
import offhook.call.CallInput.Woken;
import offhook.call.CallState.Active;
import offhook.call.CallState.Transferring;
import offhook.call.QueueStay.Rung;
import offhook.call.QueueStay.Taken;
import offhook.call.TransferState.Queued;

/// Decides what becomes of a party that is led on to a queue: it stands in the line like a caller
/// who came there ([QueueMachine]), but for that it is answered and hears music already. A pure
/// function, as [CallMachine] is.
///
/// ```
/// Queued, with transferor -- refused --> next target, or back to the transferor
///       | taken: the transferor is told that it is done, and leaves
///       v
/// Queued, alone: waits <-> agents ring -> one answered -> Active
///       |  waited long enough
///       v
/// next target, or the end
/// ```
final class TransferQueue {

    private final CallLimits limits;

    TransferQueue(CallLimits limits) {
        this.limits = limits;
    }

    /// The waiting party goes into a queue.
    static Transition enter(
            Active before,
            TransferTask task,
            int attempt,
            Target.Queue queue,
            long nowNanos,
            List<CallEffect> effectsBefore,
            String reason) {
        ClaimToken ticket = task.token(attempt);
        long until = nowNanos + queue.terms().maxWaitNanos();
        List<CallEffect> effects = new ArrayList<>(effectsBefore);
        effects.add(new WakeAt(until));
        effects.add(new EnterQueue(queue.name(), ticket));
        QueueStay stay = new QueueStay(ticket, List.of(), Optional.empty(), until);
        return new Transition(
                new Transferring(before, new Queued(task, attempt, stay)), effects, reason);
    }

    Transition step(Active before, Queued s, CallInput input, long nowNanos) {
        Transferring stays = new Transferring(before, s);
        QueueStay stay = s.stay();
        return switch (input) {
            case AgentClaimed in -> onClaimed(before, s, in, nowNanos);
            case QueueWaiting in when in.ticket().equals(stay.ticket()) ->
                    taken(before, s, "the party waits");
            case AgentRefused in when in.token().equals(stay.ticket()) && stay.taken().isEmpty() ->
                    refused(before, s, QueueMachine.refusal(in.reason()), nowNanos);
            case LegAccepted in when stay.rung(in.leg()).isPresent() ->
                    onAccepted(before, s, in, nowNanos);
            case LegEnded(LegId leg, EndCause cause) -> onGone(before, s, leg, cause, nowNanos);
            case MediaFailed(LegId leg, EndCause cause) -> onGone(before, s, leg, cause, nowNanos);
            case MediaRefused(LegId leg, EndCause cause) -> onGone(before, s, leg, cause, nowNanos);
            case MediaDescribed in when stay.isTakenBy(in.leg()) ->
                    new Transition(
                            stays,
                            List.of(new AnswerLeg(in.leg(), in.local())),
                            "agent's media described");
            case MediaConnected in when stay.isTakenBy(in.leg()) ->
                    onConnected(before, s, stay.taken().orElseThrow().by());
            case Woken _ -> onWoken(before, s, nowNanos);
            case AgentRefused _,
                    QueueWaiting _,
                    CallInput.EndRequested _,
                    CallInput.OfMedia _,
                    CallInput.OfRinging _,
                    CallInput.OfTalk _,
                    CallInput.OfTransfer _,
                    CallInput.OfRefer _ ->
                    Transition.ignored(stays);
        };
    }

    /// The queue has the party: for the transferor that is the end of it.
    private static Transition taken(Active before, Queued s, String reason) {
        TransferTask task = s.task();
        List<CallEffect> effects = new ArrayList<>();
        TransferEnds.report(task, new TransferReport.Done(), effects);
        task.transferor()
                .ifPresent(seat ->
                        effects.addAll(TransferEnds.leave(seat, EndCause.transferred(seat.by()))));
        return new Transition(
                new Transferring(
                        before, new Queued(task.withoutTransferor(), s.attempt(), s.stay())),
                effects,
                reason);
    }

    /// The party may not wait, or no longer.
    private Transition refused(Active before, Queued s, EndCause why, long nowNanos) {
        return elsewhere(before, s, QueueMachine.stop(s.stay().rung(), why), why, nowNanos);
    }

    private Transition onClaimed(Active before, Queued s, AgentClaimed in, long nowNanos) {
        QueueStay stay = s.stay();
        if (!in.token().isOf(stay.ticket()) || stay.taken().isPresent()) {
            return new Transition(
                    new Transferring(before, s),
                    List.of(new ReleaseClaim(in.token())),
                    "late reservation returned");
        }
        TransferTask task = s.task();
        LegId leg = task.nextLeg();
        long until = nowNanos + task.attempts().get(s.attempt()).ringNanos();
        Transition taken =
                taken(
                        before,
                        new Queued(
                                task.withOneRung(),
                                s.attempt(),
                                stay.with(new Rung(leg, in.token(), in.agent(), until))),
                        "agent of the queue reserved");
        List<CallEffect> effects = new ArrayList<>(taken.effects());
        effects.add(
                new RingThird(
                        leg,
                        new Target.Agent(in.agent()),
                        task.shown(),
                        task.order(),
                        Optional.empty()));
        effects.add(new WakeAt(until));
        return new Transition(taken.next(), effects, taken.reason());
    }

    /// The first answer wins.
    private Transition onAccepted(Active before, Queued s, LegAccepted in, long nowNanos) {
        Rung first = s.stay().rung(in.leg()).orElseThrow();
        long until = nowNanos + limits.connectNanos();
        List<CallEffect> effects = new ArrayList<>();
        // Before the others are free: this party wants none of them any more.
        effects.add(new ConfirmClaim(first.token()));
        effects.addAll(
                QueueMachine.stop(s.stay().without(first).rung(), EndCause.takenByColleague()));
        effects.add(
                RingingOffer.accepted(
                        in,
                        new MediaProfile.Browser(
                                s.task().prefer(), Optional.of(s.task().waiting().leg()))));
        effects.add(new WakeAt(until));
        return new Transition(
                with(before, s, s.stay().with(new Taken(first, false, until))),
                effects,
                "agent accepted");
    }

    private static Transition onConnected(Active before, Queued s, Rung agent) {
        Seat target =
                new Seat(
                        agent.leg(),
                        Optional.of(agent.token()),
                        new Target.Agent(agent.agent()).party());
        List<CallEffect> effects = new ArrayList<>();
        effects.add(new TellConnected(agent.leg()));
        effects.add(new LeaveQueue(s.stay().ticket(), QueueExit.ANSWERED));
        Transition joined =
                TransferEnds.joined(before, s.task(), target, "an agent of the queue answered");
        effects.addAll(joined.effects());
        return new Transition(joined.next(), effects, joined.reason());
    }

    /// An agent does not take the call after all, or lost it before it began.
    private Transition onGone(Active before, Queued s, LegId leg, EndCause cause, long nowNanos) {
        return s.stay()
                .rung(leg)
                .or(() -> s.stay().taken().map(Taken::by).filter(by -> by.leg().equals(leg)))
                .map(agent -> without(before, s, List.of(agent), cause, nowNanos))
                .orElseGet(() -> Transition.ignored(new Transferring(before, s)));
    }

    private Transition onWoken(Active before, Queued s, long nowNanos) {
        QueueStay stay = s.stay();
        List<Rung> silent =
                stay.rung().stream().filter(each -> nowNanos >= each.untilNanos()).toList();
        if (!silent.isEmpty()) {
            return without(before, s, silent, EndCause.noAnswer(), nowNanos);
        }
        if (stay.taken().isPresent()) {
            Taken taken = stay.taken().get();
            return nowNanos < taken.untilNanos()
                    ? Transition.ignored(new Transferring(before, s))
                    : without(before, s, List.of(taken.by()), EndCause.mediaTimeout(), nowNanos);
        }
        return !stay.isRinging() && nowNanos >= stay.untilNanos()
                ? elsewhere(before, s, List.of(), QueueMachine.waitedLongEnough(), nowNanos)
                : Transition.ignored(new Transferring(before, s));
    }

    /// These agents are not to be had. Whoever has waited long enough then goes on.
    private Transition without(
            Active before, Queued s, List<Rung> gone, EndCause why, long nowNanos) {
        List<CallEffect> effects = new ArrayList<>();
        QueueStay stay = s.stay();
        for (Rung each : gone) {
            stay = stay.without(each);
            effects.addAll(QueueMachine.untaken(each, why));
        }
        Queued next = new Queued(s.task().withRefusal(why), s.attempt(), stay);
        return !stay.isRinging() && nowNanos >= stay.untilNanos()
                ? elsewhere(before, next, effects, QueueMachine.waitedLongEnough(), nowNanos)
                : new Transition(
                        new Transferring(before, next), effects, "agent gave up: " + why.reason());
    }

    /// What follows the queue: the next target; the transferor only if the queue never took the
    /// party.
    private Transition elsewhere(
            Active before, Queued s, List<CallEffect> more, EndCause why, long nowNanos) {
        List<CallEffect> effects = new ArrayList<>();
        effects.add(new LeaveQueue(s.stay().ticket(), QueueExit.OVERFLOWED));
        effects.addAll(more);
        return TransferTargets.attempt(
                before,
                s.task().withRefusal(why).until(nowNanos + limits.ringNanos()),
                s.attempt() + 1,
                nowNanos,
                effects,
                "not served by the queue: " + why.reason());
    }

    private static Transferring with(Active before, Queued s, QueueStay stay) {
        return new Transferring(before, new Queued(s.task(), s.attempt(), stay));
    }
}
