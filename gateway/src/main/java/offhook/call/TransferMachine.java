package offhook.call;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import offhook.call.CallEffect.AcceptMedia;
import offhook.call.CallEffect.AnswerLeg;
import offhook.call.CallEffect.AnswerUpdate;
import offhook.call.CallEffect.ClaimAgent;
import offhook.call.CallEffect.CloseMedia;
import offhook.call.CallEffect.ConfirmClaim;
import offhook.call.CallEffect.EndLeg;
import offhook.call.CallEffect.JoinMedia;
import offhook.call.CallEffect.OpenMedia;
import offhook.call.CallEffect.PartMedia;
import offhook.call.CallEffect.PlayMedia;
import offhook.call.CallEffect.RefuseUpdate;
import offhook.call.CallEffect.ReleaseClaim;
import offhook.call.CallEffect.RingThird;
import offhook.call.CallEffect.SendDigit;
import offhook.call.CallEffect.ShowDigit;
import offhook.call.CallEffect.SignalDigit;
import offhook.call.CallEffect.StopMedia;
import offhook.call.CallEffect.TellConnected;
import offhook.call.CallEffect.TellParty;
import offhook.call.CallEffect.TellTransfer;
import offhook.call.CallEffect.UpdateMedia;
import offhook.call.CallEffect.WakeAt;
import offhook.call.CallInput.AgentClaimed;
import offhook.call.CallInput.AgentRefused;
import offhook.call.CallInput.DigitForSignalling;
import offhook.call.CallInput.DigitReceived;
import offhook.call.CallInput.EndRequested;
import offhook.call.CallInput.HoldChanged;
import offhook.call.CallInput.LegAccepted;
import offhook.call.CallInput.LegAlerting;
import offhook.call.CallInput.LegConfirmed;
import offhook.call.CallInput.LegEnded;
import offhook.call.CallInput.LegProgressing;
import offhook.call.CallInput.LegRenegotiating;
import offhook.call.CallInput.LegReplacing;
import offhook.call.CallInput.MediaClosed;
import offhook.call.CallInput.MediaConnected;
import offhook.call.CallInput.MediaDescribed;
import offhook.call.CallInput.MediaFailed;
import offhook.call.CallInput.MediaRefused;
import offhook.call.CallInput.OfferWanted;
import offhook.call.CallInput.PartyKnown;
import offhook.call.CallInput.QueueWaiting;
import offhook.call.CallInput.ReferOver;
import offhook.call.CallInput.ReferRings;
import offhook.call.CallInput.ReferTaken;
import offhook.call.CallInput.TransferCancelled;
import offhook.call.CallInput.TransferCompleted;
import offhook.call.CallInput.TransferRequested;
import offhook.call.CallInput.Woken;
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

/// Decides how one of the two parties of a running call comes to talk to a third: a pure function,
/// as [CallMachine] is, which hands it the call from [TransferRequested] until two parties talk
/// again.
///
/// ```
/// Active -> Referring -----------------------------------> Ended       (the network does it)
///              | refused
///              v
///        Claiming (agent) -> Ringing -> Connecting -> Active           (blind)
///     -> Offering (trunk) ->    |           |   \
///              ^________________|___________|    -> Consulting -> Active
/// ```
///
/// Whoever is led on must not be lost: until the target talks to it, the transferor stays in the
/// call, and gets it back whatever goes wrong. A transferor that hangs up has said its last word:
/// the transfer goes on without it, and completes if it was consulting.
final class TransferMachine {

    /// How long an agent is rung to whom somebody is transferred by name.
    static final Duration AGENT_RING = Duration.ofSeconds(30);

    /// How long a trunk may take to hand over somebody who talks already: nobody has to pick up.
    private static final Duration DIALOG_RING = Duration.ofSeconds(32);

    private static final String AGENT = "agent:";
    private static final String QUEUE = "queue:";

    private final CallLimits limits;
    private final CallRoutes routes;
    private final ReferMachine refers;
    private final TransferQueue queues;

    TransferMachine(CallLimits limits, CallRoutes routes) {
        this.limits = limits;
        this.routes = routes;
        this.queues = new TransferQueue(limits, this);
        this.refers =
                new ReferMachine((before, task, nowNanos, reason) ->
                        attempt(before, task, 0, nowNanos, List.of(), reason));
    }

    // ---- how it begins

    /// A party of a call whose parties talk asks for a transfer.
    Transition start(Active call, TransferRequested in, long nowNanos) {
        TransferOrder order = in.order();
        CallPlan plan = plan(order);
        if (plan.attempts().isEmpty()) {
            EndCause cause =
                    plan.refusal()
                            .orElseGet(() ->
                                    EndCause.gateway(
                                            "no-route", 404, 1, "no route leads to the target"));
            return refused(call, in.leg(), cause);
        }
        Seat waiting = call.facing(in.leg());
        TransferTask task =
                new TransferTask(
                        order.consult(),
                        waiting,
                        Optional.of(call.seat(in.leg())),
                        plan.attempts(),
                        plan.prefer(),
                        order,
                        call.legs(),
                        nowNanos + limits.ringNanos(),
                        EndCause.noAgent("unreachable"));
        List<CallEffect> effects = new ArrayList<>();
        effects.add(new PartMedia(waiting.leg()));
        effects.add(new PlayMedia(waiting.leg(), new Playback.Music()));
        effects.add(new TellTransfer(in.leg(), new TransferReport.Trying()));
        if (!task.consult() && task.target(0) instanceof Target.Trunk number) {
            return refers.ask(call, task, number, Optional.empty(), effects, nowNanos);
        }
        return attempt(call, task, 0, nowNanos, effects, "transfer asked for");
    }

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

    /// Whom a party may transfer to: whom it could call, agents any agent and any queue, and a
    /// trunk into a call of its own.
    private CallPlan plan(TransferOrder order) {
        boolean web = order.source().equals(CallRoutes.WEB);
        if (order.target().startsWith(QUEUE) && web) {
            return inLine(order, routes.planQueue(order.target().substring(QUEUE.length())));
        }
        if (order.target().startsWith(AGENT) && web) {
            Target agent = new Target.Agent(order.target().substring(AGENT.length()));
            return new CallPlan(
                    List.of(new CallPlan.Attempt(agent, AGENT_RING.toNanos())),
                    CodecPreference.QUALITY,
                    List.of());
        }
        if (order.takeover().isEmpty()) {
            return inLine(order, routes.plan(order.source(), order.target()));
        }
        return switch (order.takeover().get()) {
            case TransferOrder.Takeover.AtSource there ->
                    routes.planInto(order.source(), order.target(), there, DIALOG_RING.toNanos());
            case TransferOrder.Takeover.Here(LegId leg) ->
                    new CallPlan(
                            List.of(
                                    new CallPlan.Attempt(
                                            new Target.InCall(leg, order.target()),
                                            DIALOG_RING.toNanos())),
                            CodecPreference.QUALITY,
                            List.of());
        };
    }

    /// Nobody who consults waits in a line: the agents of each queue are rung one after another.
    private static CallPlan inLine(TransferOrder order, CallPlan plan) {
        return order.consult() ? plan.oneByOne() : plan;
    }

    // ---- one step

    Transition step(Transferring s, CallInput input, long nowNanos) {
        return forParties(s, input, nowNanos)
                .orElseGet(() ->
                        switch (s.transfer()) {
                            case Referring t -> refers.step(s.before(), t, input, nowNanos);
                            case Claiming t -> onClaiming(s.before(), t, input, nowNanos);
                            case Queued t -> queues.step(s.before(), t, input, nowNanos);
                            case Offering t -> onOffering(s.before(), t, input, nowNanos);
                            case Ringing t -> onRinging(s.before(), t, input, nowNanos);
                            case Connecting t -> onConnecting(s.before(), t, input, nowNanos);
                            case Consulting t -> onConsulting(s.before(), t, input, nowNanos);
                        });
    }

    /// What means the same in every state: what the parties themselves do.
    private Optional<Transition> forParties(Transferring s, CallInput input, long nowNanos) {
        TransferTask task = s.transfer().task();
        return switch (input) {
            case EndRequested in -> Optional.of(over(s.transfer(), in.cause(), "end requested"));
            case Woken _ when nowNanos >= s.before().endAtNanos() ->
                    Optional.of(over(s.transfer(), CallMachine.callLimit(), "call limit reached"));
            case LegEnded(LegId leg, EndCause cause) when task.waiting().leg().equals(leg) ->
                    Optional.of(onWaitingGone(s, cause, "the waiting party is gone"));
            case MediaFailed(LegId leg, EndCause cause) when task.waiting().leg().equals(leg) ->
                    Optional.of(onWaitingGone(s, cause, "media of the waiting party failed"));
            case LegEnded(LegId leg, EndCause cause) when task.isTransferor(leg) ->
                    Optional.of(onTransferorGone(s, cause));
            case MediaFailed(LegId leg, EndCause cause) when task.isTransferor(leg) ->
                    Optional.of(onTransferorGone(s, cause));
            case TransferCancelled in when task.isTransferor(in.leg()) ->
                    Optional.of(onCancelled(s));
            case TransferRequested in -> Optional.of(refused(s, in.leg(), notNow()));
            case LegReplacing in -> Optional.of(CallMachine.refuseReplacement(s, in));
            case LegRenegotiating in when talks(s.transfer(), in.leg()) ->
                    Optional.of(
                            same(s, new UpdateMedia(in.leg(), in.offer()), "renegotiation asked"));
            case MediaDescribed in when talks(s.transfer(), in.leg()) ->
                    Optional.of(
                            same(
                                    s,
                                    new AnswerUpdate(in.leg(), in.local()),
                                    "renegotiation answered"));
            case MediaRefused in when talks(s.transfer(), in.leg()) ->
                    Optional.of(
                            same(
                                    s,
                                    new RefuseUpdate(in.leg(), in.cause()),
                                    "renegotiation refused"));
            case LegConfirmed in when in.answer().isPresent() ->
                    Optional.of(
                            same(
                                    s,
                                    new AcceptMedia(in.leg(), in.answer().get()),
                                    "peer answered our offer"));
            case LegRenegotiating in ->
                    Optional.of(
                            same(
                                    s,
                                    new RefuseUpdate(in.leg(), CallMachine.notAnsweredYet()),
                                    "renegotiation before the answer"));
            case DigitForSignalling in ->
                    Optional.of(
                            same(
                                    s,
                                    new SignalDigit(in.leg(), in.digit(), in.durationMillis()),
                                    "digit by signalling"));
            case DigitReceived in -> Optional.of(onDigit(s, in));
            case MediaConnected in when s.before().has(in.leg()) ->
                    Optional.of(CallMachine.moved(s, in.leg()));
            case AgentClaimed in
                    when !(s.transfer() instanceof Queued)
                            && !(s.transfer() instanceof Claiming c
                                    && c.token().equals(in.token())) ->
                    Optional.of(same(s, new ReleaseClaim(in.token()), "late reservation returned"));
            case LegEnded _,
                    MediaFailed _,
                    MediaDescribed _,
                    MediaRefused _,
                    LegConfirmed _,
                    TransferCancelled _,
                    TransferCompleted _,
                    AgentClaimed _,
                    QueueWaiting _,
                    AgentRefused _,
                    LegAlerting _,
                    LegProgressing _,
                    LegAccepted _,
                    MediaConnected _,
                    MediaClosed _,
                    HoldChanged _,
                    OfferWanted _,
                    PartyKnown _,
                    ReferTaken _,
                    ReferRings _,
                    ReferOver _,
                    Woken _ ->
                    Optional.empty();
        };
    }

    private static Transition same(Transferring s, CallEffect effect, String reason) {
        return new Transition(s, List.of(effect), reason);
    }

    /// Whether a leg may renegotiate: its dialog stands, or it rings and has heard our offer.
    private static boolean talks(TransferState transfer, LegId leg) {
        TransferTask task = transfer.task();
        return task.waiting().leg().equals(leg)
                || task.isTransferor(leg)
                || (transfer instanceof Ringing r
                        && r.target().leg().equals(leg)
                        && task.target(r.attempt()) instanceof Target.OnTrunk)
                || (transfer instanceof Consulting c && c.target().leg().equals(leg))
                || (transfer instanceof Referring r
                        && r.consulted().map(Seat::leg).equals(Optional.of(leg)));
    }

    /// Keys reach whom their sender hears; the waiting party hears nobody.
    private static Transition onDigit(Transferring s, DigitReceived in) {
        if (s.transfer() instanceof Consulting(TransferTask task, Seat target)
                && task.transferor().isPresent()) {
            LegId transferor = task.transferor().get().leg();
            Optional<LegId> to =
                    in.leg().equals(transferor)
                            ? Optional.of(target.leg())
                            : in.leg().equals(target.leg())
                                    ? Optional.of(transferor)
                                    : Optional.empty();
            if (to.isPresent()) {
                return new Transition(
                        s,
                        List.of(
                                new SendDigit(to.get(), in.digit(), in.durationMillis()),
                                new ShowDigit(to.get(), in.digit())),
                        "digit");
            }
        }
        return Transition.ignored(s);
    }

    /// The one that is to be led on is gone, so there is nothing to transfer.
    private Transition onWaitingGone(Transferring s, EndCause cause, String reason) {
        TransferTask task = s.transfer().task();
        if (s.transfer() instanceof Consulting(_, Seat target) && task.transferor().isPresent()) {
            Seat transferor = task.transferor().get();
            List<CallEffect> effects = new ArrayList<>(leave(task.waiting(), cause));
            effects.add(new TellTransfer(transferor.leg(), new TransferReport.Failed(cause)));
            effects.add(new TellParty(transferor.leg(), target.party()));
            return new Transition(
                    new Active(transferor, target, task.legsAfter(), s.before().endAtNanos()),
                    effects,
                    reason);
        }
        if (s.transfer() instanceof Referring r && r.taken()) {
            // RFC 3515 §2.4.4 ends the subscription with its dialog: a peer that hangs up has done
            // what it agreed to, and its NOTIFY was overtaken.
            return ReferMachine.done(task, r.consulted(), "the peer took itself over");
        }
        return over(s.transfer(), cause, reason);
    }

    private Transition onTransferorGone(Transferring s, EndCause cause) {
        TransferTask before = s.transfer().task();
        TransferTask task = before.withoutTransferor();
        List<CallEffect> effects =
                new ArrayList<>(
                        before.transferor().map(seat -> leave(seat, cause)).orElse(List.of()));
        String reason = "the transferor is gone";
        return switch (s.transfer()) {
            case Referring t ->
                    new Transition(
                            new Transferring(
                                    s.before(),
                                    new Referring(
                                            task,
                                            t.consulted(),
                                            t.taken(),
                                            t.rings(),
                                            t.untilNanos())),
                            effects,
                            reason);
            case Claiming t ->
                    new Transition(
                            new Transferring(
                                    s.before(), new Claiming(task, t.attempt(), t.token())),
                            effects,
                            reason);
            case Queued t ->
                    new Transition(
                            new Transferring(s.before(), new Queued(task, t.attempt(), t.stay())),
                            effects,
                            reason);
            case Offering t ->
                    new Transition(
                            new Transferring(
                                    s.before(),
                                    new Offering(task, t.attempt(), t.target(), t.untilNanos())),
                            effects,
                            reason);
            case Ringing t -> {
                if (t.early()) {
                    join(task.waiting().leg(), t.target().leg(), effects);
                }
                yield new Transition(
                        new Transferring(
                                s.before(),
                                new Ringing(
                                        task, t.attempt(), t.target(), t.early(), t.untilNanos())),
                        effects,
                        reason);
            }
            case Connecting t ->
                    new Transition(
                            new Transferring(
                                    s.before(),
                                    new Connecting(task, t.attempt(), t.target(), t.untilNanos())),
                            effects,
                            reason);
            case Consulting t -> {
                Transition joined = joined(s.before(), task, t.target(), reason);
                effects.addAll(joined.effects());
                yield new Transition(joined.next(), effects, reason);
            }
        };
    }

    private Transition onCancelled(Transferring s) {
        EndCause cause =
                new EndCause(
                        s.transfer().task().transferor().map(Seat::by).orElse(EndCause.By.GATEWAY),
                        "cancelled",
                        487,
                        16,
                        "the transfer was taken back");
        if (s.transfer() instanceof Referring t) {
            // Nobody can take back what the peer does now.
            return t.task()
                    .transferor()
                    .map(seat -> refused(s, seat.leg(), notNow()))
                    .orElseGet(() -> Transition.ignored(s));
        }
        return returned(
                s.before(),
                s.transfer().task(),
                cause,
                giveBack(s.transfer(), cause),
                "transfer cancelled");
    }

    // ---- the gateway does it

    private Transition onClaiming(Active before, Claiming s, CallInput input, long nowNanos) {
        Transferring stays = new Transferring(before, s);
        List<CallEffect> giveBack = List.of(new ReleaseClaim(s.token()));
        return switch (input) {
            case AgentClaimed in -> {
                TransferTask task = s.task();
                Target target = task.target(s.attempt());
                Seat seat =
                        new Seat(task.leg(s.attempt()), Optional.of(in.token()), target.party());
                long until = ringUntil(task, s.attempt(), nowNanos);
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
                    attempt(
                            before,
                            s.task().withRefusal(EndCause.noAgent(in.reason())),
                            s.attempt() + 1,
                            nowNanos,
                            giveBack,
                            "target " + in.reason());
            case TransferCompleted in when s.task().isTransferor(in.leg()) ->
                    blind(before, new Claiming(s.task().blind(), s.attempt(), s.token()));
            case Woken _ ->
                    nowNanos < s.task().giveUpAtNanos()
                            ? Transition.ignored(stays)
                            : returned(
                                    before,
                                    s.task(),
                                    EndCause.noAnswer(),
                                    giveBack,
                                    "waited long enough");
            case AgentRefused _,
                    QueueWaiting _,
                    LegEnded _,
                    MediaFailed _,
                    ReferTaken _,
                    ReferRings _,
                    ReferOver _,
                    EndRequested _,
                    LegReplacing _,
                    LegRenegotiating _,
                    MediaDescribed _,
                    MediaRefused _,
                    MediaConnected _,
                    MediaClosed _,
                    LegAlerting _,
                    LegProgressing _,
                    LegAccepted _,
                    LegConfirmed _,
                    DigitReceived _,
                    DigitForSignalling _,
                    HoldChanged _,
                    OfferWanted _,
                    PartyKnown _,
                    TransferRequested _,
                    TransferCompleted _,
                    TransferCancelled _ ->
                    Transition.ignored(stays);
        };
    }

    private Transition onOffering(Active before, Offering s, CallInput input, long nowNanos) {
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
                    afterTarget(
                            before,
                            task,
                            s.attempt(),
                            List.of(new CloseMedia(s.target())),
                            in.cause(),
                            nowNanos);
            case MediaFailed in when in.leg().equals(s.target()) ->
                    afterTarget(
                            before,
                            task,
                            s.attempt(),
                            List.of(new CloseMedia(s.target())),
                            in.cause(),
                            nowNanos);
            case TransferCompleted in when task.isTransferor(in.leg()) ->
                    blind(
                            before,
                            new Offering(task.blind(), s.attempt(), s.target(), s.untilNanos()));
            case Woken _ ->
                    nowNanos < s.untilNanos()
                            ? Transition.ignored(stays)
                            : returned(
                                    before,
                                    task,
                                    EndCause.noAnswer(),
                                    List.of(new CloseMedia(s.target())),
                                    "no offer could be made in time");
            case AgentClaimed _,
                    QueueWaiting _,
                    AgentRefused _,
                    LegEnded _,
                    MediaFailed _,
                    ReferTaken _,
                    ReferRings _,
                    ReferOver _,
                    EndRequested _,
                    LegReplacing _,
                    LegRenegotiating _,
                    MediaDescribed _,
                    MediaRefused _,
                    MediaConnected _,
                    MediaClosed _,
                    LegAlerting _,
                    LegProgressing _,
                    LegAccepted _,
                    LegConfirmed _,
                    DigitReceived _,
                    DigitForSignalling _,
                    HoldChanged _,
                    OfferWanted _,
                    PartyKnown _,
                    TransferRequested _,
                    TransferCompleted _,
                    TransferCancelled _ ->
                    Transition.ignored(stays);
        };
    }

    private Transition onRinging(Active before, Ringing s, CallInput input, long nowNanos) {
        Transferring stays = new Transferring(before, s);
        TransferTask task = s.task();
        LegId target = s.target().leg();
        return switch (input) {
            case LegAlerting in when in.leg().equals(target) -> {
                List<CallEffect> effects = new ArrayList<>();
                if (!s.early()) {
                    effects.add(new PlayMedia(listener(task), new Playback.Ringback()));
                }
                report(task, new TransferReport.Ringing(), effects);
                yield new Transition(stays, effects, "target alerted");
            }
            case LegProgressing in when in.leg().equals(target) && !s.early() -> {
                List<CallEffect> effects = new ArrayList<>();
                effects.add(new AcceptMedia(target, in.answer()));
                join(listener(task), target, effects);
                report(task, new TransferReport.Ringing(), effects);
                yield new Transition(
                        new Transferring(
                                before,
                                new Ringing(task, s.attempt(), s.target(), true, s.untilNanos())),
                        effects,
                        "target sends early media");
            }
            case LegAccepted in when in.leg().equals(target) -> onAccepted(before, s, in, nowNanos);
            case LegEnded in when in.leg().equals(target) ->
                    next(before, task, s.attempt(), s.target(), in.cause(), nowNanos);
            case MediaFailed in when in.leg().equals(target) ->
                    next(before, task, s.attempt(), s.target(), in.cause(), nowNanos);
            case TransferCompleted in when task.isTransferor(in.leg()) -> {
                Ringing blind =
                        new Ringing(
                                task.blind(), s.attempt(), s.target(), s.early(), s.untilNanos());
                List<CallEffect> effects = new ArrayList<>();
                task.transferor().ifPresent(seat -> effects.add(new StopMedia(seat.leg())));
                if (s.early()) {
                    join(task.waiting().leg(), target, effects);
                }
                yield new Transition(
                        new Transferring(before, blind),
                        effects,
                        "no consultation is wanted any more");
            }
            case Woken _ ->
                    nowNanos < s.untilNanos()
                            ? Transition.ignored(stays)
                            : next(
                                    before,
                                    task,
                                    s.attempt(),
                                    s.target(),
                                    EndCause.noAnswer(),
                                    nowNanos);
            case AgentClaimed _,
                    QueueWaiting _,
                    AgentRefused _,
                    LegEnded _,
                    MediaFailed _,
                    ReferTaken _,
                    ReferRings _,
                    ReferOver _,
                    EndRequested _,
                    LegReplacing _,
                    LegRenegotiating _,
                    MediaDescribed _,
                    MediaRefused _,
                    MediaConnected _,
                    MediaClosed _,
                    LegAlerting _,
                    LegProgressing _,
                    LegAccepted _,
                    LegConfirmed _,
                    DigitReceived _,
                    DigitForSignalling _,
                    HoldChanged _,
                    OfferWanted _,
                    PartyKnown _,
                    TransferRequested _,
                    TransferCompleted _,
                    TransferCancelled _ ->
                    Transition.ignored(stays);
        };
    }

    /// Who hears what the target's side sends before its answer.
    private static LegId listener(TransferTask task) {
        return task.consult() && task.transferor().isPresent()
                ? task.transferor().get().leg()
                : task.waiting().leg();
    }

    private Transition onAccepted(Active before, Ringing s, LegAccepted in, long nowNanos) {
        TransferTask task = s.task();
        LegId target = s.target().leg();
        List<CallEffect> effects = new ArrayList<>();
        s.target().token().map(ConfirmClaim::new).ifPresent(effects::add);
        return switch (task.target(s.attempt())) {
            case Target.Queue queue ->
                    throw new IllegalStateException("a queue answers by its agents: " + queue);
            case Target.Agent _ -> {
                long until = nowNanos + limits.connectNanos();
                effects.add(
                        RingingOffer.accepted(
                                in,
                                new MediaProfile.Browser(
                                        task.prefer(), Optional.of(task.waiting().leg()))));
                effects.add(new WakeAt(until));
                yield new Transition(
                        new Transferring(
                                before, new Connecting(task, s.attempt(), s.target(), until)),
                        effects,
                        "target accepted");
            }
            case Target.InCall _ -> {
                long until = nowNanos + limits.connectNanos();
                effects.add(
                        new OpenMedia(
                                target, new MediaProfile.Tie(target, true), Optional.empty()));
                effects.add(new WakeAt(until));
                yield new Transition(
                        new Transferring(
                                before, new Connecting(task, s.attempt(), s.target(), until)),
                        effects,
                        "the other call has let go of the target");
            }
            case Target.OnTrunk _ -> {
                if (!s.early() && in.description().isEmpty()) {
                    yield next(
                            before,
                            task,
                            s.attempt(),
                            s.target(),
                            EndCause.gateway(
                                    "bad-answer", 502, 88, "the trunk sent no usable answer"),
                            nowNanos);
                }
                in.description()
                        .map(answer -> new AcceptMedia(target, answer))
                        .ifPresent(effects::add);
                yield connected(before, task, s.target(), effects);
            }
        };
    }

    private Transition onConnecting(Active before, Connecting s, CallInput input, long nowNanos) {
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
                    connected(before, task, s.target(), List.of());
            case MediaRefused in when in.leg().equals(target) ->
                    next(before, task, s.attempt(), s.target(), in.cause(), nowNanos);
            case MediaFailed in when in.leg().equals(target) ->
                    next(before, task, s.attempt(), s.target(), in.cause(), nowNanos);
            case LegEnded in when in.leg().equals(target) ->
                    next(before, task, s.attempt(), s.target(), in.cause(), nowNanos);
            case TransferCompleted in when task.isTransferor(in.leg()) ->
                    blind(
                            before,
                            new Connecting(task.blind(), s.attempt(), s.target(), s.untilNanos()));
            case Woken _ ->
                    nowNanos < s.untilNanos()
                            ? Transition.ignored(stays)
                            : next(
                                    before,
                                    task,
                                    s.attempt(),
                                    s.target(),
                                    EndCause.mediaTimeout(),
                                    nowNanos);
            case AgentClaimed _,
                    QueueWaiting _,
                    AgentRefused _,
                    LegEnded _,
                    MediaFailed _,
                    ReferTaken _,
                    ReferRings _,
                    ReferOver _,
                    EndRequested _,
                    LegReplacing _,
                    LegRenegotiating _,
                    MediaDescribed _,
                    MediaRefused _,
                    MediaConnected _,
                    MediaClosed _,
                    LegAlerting _,
                    LegProgressing _,
                    LegAccepted _,
                    LegConfirmed _,
                    DigitReceived _,
                    DigitForSignalling _,
                    HoldChanged _,
                    OfferWanted _,
                    PartyKnown _,
                    TransferRequested _,
                    TransferCompleted _,
                    TransferCancelled _ ->
                    Transition.ignored(stays);
        };
    }

    private Transition onConsulting(Active before, Consulting s, CallInput input, long nowNanos) {
        Transferring stays = new Transferring(before, s);
        TransferTask task = s.task();
        LegId target = s.target().leg();
        return switch (input) {
            case TransferCompleted in when task.isTransferor(in.leg()) ->
                    complete(before, s, nowNanos);
            case LegEnded in when in.leg().equals(target) ->
                    returned(
                            before,
                            task,
                            in.cause(),
                            leave(s.target(), in.cause()),
                            "the target is gone");
            case MediaFailed in when in.leg().equals(target) ->
                    returned(
                            before,
                            task,
                            in.cause(),
                            leave(s.target(), in.cause()),
                            "media of the target failed");
            case AgentClaimed _,
                    QueueWaiting _,
                    AgentRefused _,
                    LegEnded _,
                    MediaFailed _,
                    ReferTaken _,
                    ReferRings _,
                    ReferOver _,
                    EndRequested _,
                    LegReplacing _,
                    LegRenegotiating _,
                    MediaDescribed _,
                    MediaRefused _,
                    MediaConnected _,
                    MediaClosed _,
                    LegAlerting _,
                    LegProgressing _,
                    LegAccepted _,
                    LegConfirmed _,
                    DigitReceived _,
                    DigitForSignalling _,
                    HoldChanged _,
                    OfferWanted _,
                    PartyKnown _,
                    TransferRequested _,
                    TransferCompleted _,
                    TransferCancelled _,
                    Woken _ ->
                    Transition.ignored(stays);
        };
    }

    /// Where the target is a number, the waiting party's network is asked first.
    private Transition complete(Active before, Consulting s, long nowNanos) {
        TransferTask task = s.task();
        int attempt = s.target().leg().index() - task.firstLeg();
        return task.target(attempt) instanceof Target.Trunk number
                ? refers.ask(before, task, number, Optional.of(s.target()), List.of(), nowNanos)
                : joined(before, task, s.target(), "the transferor leaves the two alone");
    }

    private static Transition blind(Active before, TransferState next) {
        return new Transition(
                new Transferring(before, next), List.of(), "no consultation is wanted any more");
    }

    // ---- what follows

    /// Tries target `index`, or gives the waiting party back when none is left.
    Transition attempt(
            Active before,
            TransferTask task,
            int index,
            long nowNanos,
            List<CallEffect> effectsBefore,
            String reason) {
        if (index >= task.attempts().size() || nowNanos >= task.giveUpAtNanos()) {
            return returned(
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

    private static long ringUntil(TransferTask task, int attempt, long nowNanos) {
        return Math.min(nowNanos + task.attempts().get(attempt).ringNanos(), task.giveUpAtNanos());
    }

    /// Gives up a target that was rung, and goes on.
    private Transition next(
            Active before, TransferTask task, int index, Seat target, EndCause why, long nowNanos) {
        return afterTarget(before, task, index, leave(target, why), why, nowNanos);
    }

    private Transition afterTarget(
            Active before,
            TransferTask task,
            int index,
            List<CallEffect> giveUp,
            EndCause why,
            long nowNanos) {
        String reason = "target gave up: " + why.reason();
        return CallMachine.isFinal(task.attempts().get(index), why)
                ? returned(before, task, why, giveUp, reason)
                : attempt(before, task.withRefusal(why), index + 1, nowNanos, giveUp, reason);
    }

    /// The target's media stands.
    private Transition connected(
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

    private static Transition over(TransferState transfer, EndCause cause, String reason) {
        TransferTask task = transfer.task();
        List<CallEffect> effects = new ArrayList<>(giveBack(transfer, cause));
        report(task, new TransferReport.Failed(cause), effects);
        task.transferor().ifPresent(seat -> effects.addAll(leave(seat, cause)));
        effects.addAll(leave(task.waiting(), cause));
        return new Transition(new Ended(cause), effects, reason);
    }

    /// What a state holds of others than the two of the call.
    private static List<CallEffect> giveBack(TransferState transfer, EndCause cause) {
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
    private static void join(LegId waited, LegId other, List<CallEffect> effects) {
        effects.add(new StopMedia(waited));
        effects.add(new JoinMedia(waited, other));
    }

    static void report(TransferTask task, TransferReport report, List<CallEffect> effects) {
        task.transferor().ifPresent(seat -> effects.add(new TellTransfer(seat.leg(), report)));
    }
}
