package offhook.call;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import offhook.call.CallEffect.AnswerLeg;
import offhook.call.CallEffect.CloseMedia;
import offhook.call.CallEffect.ConfirmClaim;
import offhook.call.CallEffect.EndLeg;
import offhook.call.CallEffect.EnterQueue;
import offhook.call.CallEffect.JoinMedia;
import offhook.call.CallEffect.LeaveQueue;
import offhook.call.CallEffect.PlayMedia;
import offhook.call.CallEffect.ReleaseClaim;
import offhook.call.CallEffect.RingTarget;
import offhook.call.CallEffect.TellConnected;
import offhook.call.CallEffect.TellProgress;
import offhook.call.CallEffect.WakeAt;
import offhook.call.CallInput.AgentClaimed;
import offhook.call.CallInput.AgentRefused;
import offhook.call.CallInput.EndRequested;
import offhook.call.CallInput.LegAccepted;
import offhook.call.CallInput.LegAlerting;
import offhook.call.CallInput.LegEnded;
import offhook.call.CallInput.LegReplacing;
import offhook.call.CallInput.MediaConnected;
import offhook.call.CallInput.MediaDescribed;
import offhook.call.CallInput.MediaFailed;
import offhook.call.CallInput.MediaRefused;
import offhook.call.CallInput.QueueWaiting;
import offhook.call.CallInput.TransferRequested;
import offhook.call.CallInput.Woken;
import offhook.call.CallState.Active;
import offhook.call.CallState.Queued;
import offhook.call.CallState.Waiting;
import offhook.call.QueueStay.Rung;
import offhook.call.QueueStay.Taken;

/// Decides what becomes of one caller in a queue: a pure function, as [CallMachine] is, which hands
/// it the call from [EnterQueue] until an agent talks to the caller or the next target is tried.
///
/// ```
/// waits (music) <-> agents ring -> one answered -> Active
///        |               ^______________|  its media never stood
///        +-> next target: waited long enough, or may not wait
/// ```
///
/// Who is rung, and when, is the directory's: each reservation that comes is an agent to ring. The
/// caller keeps its place in the line until it talks to somebody, so that an agent who does not
/// answer costs it nothing but that time.
final class QueueMachine {

    private final IncomingCall incoming;
    private final CallPlan plan;
    private final CallLimits limits;
    private final LegId caller;
    private final CallTargets calls;

    /// @param calls goes on with the plan when the queue is done with the caller
    QueueMachine(
            IncomingCall incoming,
            CallPlan plan,
            CallLimits limits,
            LegId caller,
            CallTargets calls) {
        this.incoming = incoming;
        this.plan = plan;
        this.limits = limits;
        this.caller = caller;
        this.calls = calls;
    }

    /// The caller goes into a queue.
    Transition enter(
            Waiting waiting,
            int attempt,
            Target.Queue queue,
            long nowNanos,
            List<CallEffect> before,
            String reason) {
        ClaimToken ticket = new ClaimToken(caller.call(), attempt);
        long until = nowNanos + queue.terms().maxWaitNanos();
        List<CallEffect> effects = new ArrayList<>(before);
        effects.add(new WakeAt(until));
        effects.add(new EnterQueue(queue.name(), ticket));
        return new Transition(
                new Queued(
                        waiting,
                        attempt,
                        new QueueStay(ticket, List.of(), Optional.empty(), until)),
                effects,
                reason);
    }

    /// What the caller's end gives back.
    static List<CallEffect> giveBack(QueueStay stay, EndCause cause) {
        List<CallEffect> effects = new ArrayList<>();
        // First of all: what is released next must not be offered to this caller.
        effects.add(new LeaveQueue(stay.ticket(), QueueExit.ABANDONED));
        effects.addAll(stop(stay.rung(), cause));
        stay.taken().ifPresent(taken -> effects.addAll(stop(List.of(taken.by()), cause)));
        return effects;
    }

    static List<CallEffect> stop(List<Rung> rung, EndCause cause) {
        List<CallEffect> effects = new ArrayList<>();
        for (Rung each : rung) {
            effects.add(new EndLeg(each.leg(), cause));
            effects.add(new CloseMedia(each.leg()));
            effects.add(new ReleaseClaim(each.token()));
        }
        return effects;
    }

    Transition step(Queued s, CallInput input, long nowNanos) {
        QueueStay stay = s.stay();
        return switch (input) {
            case AgentClaimed in -> onClaimed(s, in, nowNanos);
            case QueueWaiting in when in.ticket().equals(stay.ticket()) -> onNobodyFree(s);
            case AgentRefused in when in.token().equals(stay.ticket()) && stay.taken().isEmpty() ->
                    refused(s, refusal(in.reason()), nowNanos);
            case LegAlerting in when stay.rung(in.leg()).isPresent() -> onAlerting(s);
            case LegAccepted in when stay.rung(in.leg()).isPresent() -> onAccepted(s, in, nowNanos);
            case LegEnded(LegId leg, EndCause cause) -> onGone(s, leg, cause, nowNanos);
            case MediaFailed(LegId leg, EndCause cause) -> onGone(s, leg, cause, nowNanos);
            case MediaRefused(LegId leg, EndCause cause) -> onGone(s, leg, cause, nowNanos);
            case MediaDescribed in when stay.isTakenBy(in.leg()) ->
                    new Transition(
                            s,
                            List.of(new AnswerLeg(in.leg(), in.local())),
                            "agent's media described");
            case MediaConnected in when stay.isTakenBy(in.leg()) ->
                    onTaken(s, new Taken(taken(s).by(), true, taken(s).untilNanos()), nowNanos);
            case MediaConnected in when in.leg().equals(caller) -> {
                Queued heard = with(s, s.waiting().withConnected());
                yield stay.taken()
                        .map(taken -> onTaken(heard, taken, nowNanos))
                        .orElseGet(() -> CallTargets.quietly(heard));
            }
            case Woken _ -> onWoken(s, nowNanos);
            case TransferRequested in -> TransferEnds.refused(s, in.leg(), TransferEnds.notNow());
            case LegReplacing in -> CallRefusals.refuseReplacement(s, in);
            case EndRequested _,
                    CallInput.OfDirectory _,
                    CallInput.OfRinging _,
                    CallInput.OfMedia _,
                    CallInput.OfTalk _,
                    CallInput.OfTransfer _,
                    CallInput.OfRefer _ ->
                    Transition.ignored(s);
        };
    }

    /// The caller may not wait, or no longer.
    private Transition refused(Queued s, EndCause why, long nowNanos) {
        return elsewhere(s, stop(s.stay().rung(), why), why, nowNanos);
    }

    private Transition onClaimed(Queued s, AgentClaimed in, long nowNanos) {
        QueueStay stay = s.stay();
        if (!in.token().isOf(stay.ticket()) || stay.taken().isPresent()) {
            return new Transition(
                    s, List.of(new ReleaseClaim(in.token())), "late reservation returned");
        }
        LegId leg = new LegId(caller.call(), calls.legs(s.waiting()));
        long until = nowNanos + plan.attempts().get(s.attempt()).ringNanos();
        return new Transition(
                new Queued(
                        s.waiting().withOneRung(),
                        s.attempt(),
                        stay.with(new Rung(leg, in.token(), in.agent(), until))),
                List.of(
                        new RingTarget(leg, new Target.Agent(in.agent()), Optional.empty()),
                        new WakeAt(until)),
                "agent of the queue reserved");
    }

    /// The caller has to wait. Once it hears music it does so until somebody talks to it.
    private Transition onNobodyFree(Queued s) {
        if (s.waiting().music()) {
            return CallTargets.quietly(s);
        }
        boolean answered = s.waiting().answered();
        boolean answer = !answered && terms(s).answered();
        return new Transition(
                with(s, s.waiting().withMusic(answer)),
                List.of(
                        answer
                                ? new AnswerLeg(caller, s.waiting().local())
                                : new TellProgress(caller, s.waiting().local()),
                        new PlayMedia(caller, new Playback.Music())),
                "caller waits");
    }

    private Transition onAlerting(Queued s) {
        return s.waiting().alerted()
                ? Transition.ignored(s)
                : new Transition(
                        with(s, s.waiting().withAlerted()),
                        calls.ring(s.waiting()),
                        "agent alerted");
    }

    /// The first answer wins.
    private Transition onAccepted(Queued s, LegAccepted in, long nowNanos) {
        Rung first = s.stay().rung(in.leg()).orElseThrow();
        long until = nowNanos + limits.connectNanos();
        List<CallEffect> effects = new ArrayList<>();
        // Before the others are free: this caller wants none of them any more.
        effects.add(new ConfirmClaim(first.token()));
        effects.addAll(stop(s.stay().without(first).rung(), EndCause.takenByColleague()));
        effects.add(
                RingingOffer.accepted(
                        in, new MediaProfile.Browser(plan.prefer(), Optional.of(caller))));
        effects.add(new WakeAt(until));
        return new Transition(
                new Queued(s.waiting(), s.attempt(), s.stay().with(new Taken(first, false, until))),
                effects,
                "agent accepted");
    }

    private Transition onTaken(Queued s, Taken taken, long nowNanos) {
        Queued next = new Queued(s.waiting(), s.attempt(), s.stay().with(taken));
        if (!taken.connected() || !s.waiting().connected()) {
            return new Transition(next, List.of(), "media of one side stands");
        }
        long endAt = nowNanos + limits.callNanos();
        Rung agent = taken.by();
        List<CallEffect> effects = new ArrayList<>();
        effects.add(new JoinMedia(caller, agent.leg()));
        effects.add(
                s.waiting().answered()
                        ? new TellConnected(caller)
                        : new AnswerLeg(caller, s.waiting().local()));
        effects.addAll(calls.heard(s.waiting(), new TellConnected(agent.leg())));
        effects.add(new LeaveQueue(s.stay().ticket(), QueueExit.ANSWERED));
        effects.add(new WakeAt(endAt));
        return new Transition(
                new Active(
                        new Seat(caller, Optional.empty(), incoming.shownCaller()),
                        new Seat(
                                agent.leg(),
                                Optional.of(agent.token()),
                                new Target.Agent(agent.agent()).party()),
                        calls.legs(s.waiting()),
                        endAt),
                effects,
                "media of both stands");
    }

    /// An agent does not take the call after all, or lost it before it began.
    private Transition onGone(Queued s, LegId leg, EndCause cause, long nowNanos) {
        Optional<Rung> gone =
                s.stay()
                        .rung(leg)
                        .or(() ->
                                s.stay().taken().map(Taken::by).filter(by -> by.leg().equals(leg)));
        return gone.map(agent -> without(s, List.of(agent), cause, nowNanos))
                .orElseGet(() -> Transition.ignored(s));
    }

    private Transition onWoken(Queued s, long nowNanos) {
        List<Rung> silent =
                s.stay().rung().stream().filter(each -> nowNanos >= each.untilNanos()).toList();
        if (!silent.isEmpty()) {
            return without(s, silent, EndCause.noAnswer(), nowNanos);
        }
        if (s.stay().taken().isPresent()) {
            Taken taken = taken(s);
            return nowNanos < taken.untilNanos()
                    ? Transition.ignored(s)
                    : without(s, List.of(taken.by()), EndCause.mediaTimeout(), nowNanos);
        }
        return !s.stay().isRinging() && nowNanos >= s.stay().untilNanos()
                ? elsewhere(s, List.of(), waitedLongEnough(), nowNanos)
                : Transition.ignored(s);
    }

    /// These agents are not to be had. Whoever has waited long enough then goes on; an agent that
    /// rings is let ring, however long that was.
    private Transition without(Queued s, List<Rung> gone, EndCause why, long nowNanos) {
        List<CallEffect> effects = new ArrayList<>();
        QueueStay stay = s.stay();
        for (Rung each : gone) {
            stay = stay.without(each);
            effects.addAll(untaken(each, why));
        }
        Queued next = new Queued(s.waiting().withRefusal(why), s.attempt(), stay);
        return !stay.isRinging() && nowNanos >= stay.untilNanos()
                ? elsewhere(next, effects, waitedLongEnough(), nowNanos)
                : new Transition(next, effects, "agent gave up: " + why.reason());
    }

    /// An agent has not taken the call.
    static List<CallEffect> untaken(Rung agent, EndCause why) {
        return CallTargets.untaken(agent.leg(), Optional.of(agent.token()), why);
    }

    /// What follows the queue in the plan.
    private Transition elsewhere(Queued s, List<CallEffect> more, EndCause why, long nowNanos) {
        List<CallEffect> effects = new ArrayList<>();
        effects.add(new LeaveQueue(s.stay().ticket(), QueueExit.OVERFLOWED));
        effects.addAll(more);
        return calls.attempt(
                s.waiting().withRefusal(why).until(nowNanos + limits.ringNanos()),
                s.attempt() + 1,
                nowNanos,
                effects,
                "not served by the queue: " + why.reason());
    }

    static EndCause waitedLongEnough() {
        return EndCause.gateway("queue-timeout", 480, 19, "nobody of the queue came free in time");
    }

    static EndCause refusal(String reason) {
        return switch (reason) {
            case "full" ->
                    EndCause.gateway("queue-full", 486, 17, "as many wait as the queue allows");
            case "closed" ->
                    EndCause.gateway(
                            "queue-closed",
                            480,
                            20,
                            "the queue is closed, or gone from the configuration");
            case "sent-on" ->
                    EndCause.gateway("queue-sent-on", 480, 20, "an operator sent the caller on");
            default -> EndCause.noAgent(reason);
        };
    }

    private QueueTerms terms(Queued s) {
        if (plan.attempts().get(s.attempt()).target() instanceof Target.Queue queue) {
            return queue.terms();
        }
        throw new IllegalStateException("attempt " + s.attempt() + " is no queue");
    }

    private static Taken taken(Queued s) {
        return s.stay().taken().orElseThrow();
    }

    private static Queued with(Queued s, Waiting waiting) {
        return new Queued(waiting, s.attempt(), s.stay());
    }
}
