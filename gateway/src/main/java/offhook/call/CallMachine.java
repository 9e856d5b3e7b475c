package offhook.call;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import offhook.call.CallEffect.AcceptMedia;
import offhook.call.CallEffect.AlertLeg;
import offhook.call.CallEffect.AnswerLeg;
import offhook.call.CallEffect.AnswerUpdate;
import offhook.call.CallEffect.ClaimAgent;
import offhook.call.CallEffect.CloseMedia;
import offhook.call.CallEffect.ConfirmClaim;
import offhook.call.CallEffect.EndLeg;
import offhook.call.CallEffect.JoinMedia;
import offhook.call.CallEffect.OpenMedia;
import offhook.call.CallEffect.PlayMedia;
import offhook.call.CallEffect.RefuseUpdate;
import offhook.call.CallEffect.ReleaseClaim;
import offhook.call.CallEffect.RingTarget;
import offhook.call.CallEffect.SendDigit;
import offhook.call.CallEffect.ShowDigit;
import offhook.call.CallEffect.SignalDigit;
import offhook.call.CallEffect.StopMedia;
import offhook.call.CallEffect.TellConnected;
import offhook.call.CallEffect.TellMoved;
import offhook.call.CallEffect.TellParty;
import offhook.call.CallEffect.TellProgress;
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
import offhook.call.CallState.Claiming;
import offhook.call.CallState.Connecting;
import offhook.call.CallState.Ended;
import offhook.call.CallState.Offering;
import offhook.call.CallState.Opening;
import offhook.call.CallState.Queued;
import offhook.call.CallState.Replacing;
import offhook.call.CallState.Ringing;
import offhook.call.CallState.Transferring;
import offhook.call.CallState.Waiting;

/// Decides what a call does next: a pure function of state, input and time. It performs nothing,
/// reads no clock and writes no log; its owner is [Call].
///
/// ```
/// Opening -> Claiming (agent) -> Ringing -> Connecting -> Active -> Ended
///         -> Offering (trunk) ->    |            |
///         -> Queued (queue) ---------------------+
///               ^___________________|____________|   (next target)
/// ```
///
/// The caller is answered only when the media of both is connected: nobody is billed for, or speaks
/// into, a connection that does not stand yet. A caller in a browser is connected first, so that it
/// hears what comes before the answer.
final class CallMachine {

    /// How long a reservation stands without a word from the call: longer than any ringing, so that
    /// only the reservation of a call that was lost lapses.
    static final Duration LEASE = Duration.ofMinutes(10);

    /// What the gateway itself says of a trunk that heard nothing of the call, or may not.
    private static final Set<Integer> UNASKED = Set.of(408, 503);

    private final IncomingCall incoming;
    private final CallPlan plan;
    private final CallLimits limits;
    private final LegId caller;
    private final TransferMachine transfers;
    private final EarlyNegotiation early;
    private final RingingOffer offers;
    private final QueueMachine queues;
    private final FallbackMachine fallback;

    /// @param routes by which a party of the call reaches whom it transfers the other one to
    CallMachine(
            CallId id, IncomingCall incoming, CallPlan plan, CallRoutes routes, CallLimits limits) {
        this.incoming = incoming;
        this.plan = plan;
        this.limits = limits;
        this.caller = new LegId(id, 0);
        this.transfers = new TransferMachine(limits, routes);
        this.early = new EarlyNegotiation(caller);
        this.offers = new RingingOffer(caller, plan.prefer());
        this.queues = new QueueMachine(incoming, plan, limits, caller, this);
        this.fallback = new FallbackMachine(plan, incoming, limits, transfers);
    }

    /// The first step, before any input.
    Transition start(long nowNanos) {
        if (plan.attempts().isEmpty()) {
            EndCause cause =
                    plan.refusal()
                            .orElseGet(() ->
                                    EndCause.gateway(
                                            "no-route",
                                            404,
                                            1,
                                            "no route leads to the called number"));
            return new Transition(
                    new Ended(cause), List.of(new EndLeg(caller, cause)), "no route matches");
        }
        long giveUpAt = nowNanos + limits.ringNanos();
        return new Transition(
                new Opening(giveUpAt),
                List.of(
                        new OpenMedia(caller, incoming.media(), incoming.offer()),
                        new WakeAt(giveUpAt)),
                "call arrived");
    }

    /// One step.
    Transition step(CallState state, CallInput input, long nowNanos) {
        Transition decided =
                fallback.step(state, input, nowNanos)
                        .or(() ->
                                endOf(state, input)
                                        .map(end -> end(state, end.cause(), end.reason())))
                        .or(() -> offers.step(state, input))
                        .or(() -> early.step(state, input, trunkRings(state)))
                        .or(() -> HoldMachine.step(state, input))
                        .orElseGet(() -> decide(state, input, nowNanos));
        return HoldMachine.after(state, input, decided);
    }

    private boolean trunkRings(CallState state) {
        return switch (state) {
            case Ringing s -> target(s.attempt()) instanceof Target.OnTrunk;
            case Connecting s -> target(s.attempt()) instanceof Target.OnTrunk;
            case Opening _,
                    Claiming _,
                    Queued _,
                    Offering _,
                    Active _,
                    Transferring _,
                    Replacing _,
                    Ended _ ->
                    false;
        };
    }

    private Transition decide(CallState state, CallInput input, long nowNanos) {
        return switch (state) {
            case Opening opening -> onOpening(opening, input, nowNanos);
            case Claiming claiming -> onClaiming(claiming, input, nowNanos);
            case Queued queued -> queues.step(queued, input, nowNanos);
            case Offering offering -> onOffering(offering, input, nowNanos);
            case Ringing ringing -> onRinging(ringing, input, nowNanos);
            case Connecting connecting -> onConnecting(connecting, input, nowNanos);
            case Active active -> onActive(active, input, nowNanos);
            case Replacing replacing -> onReplacing(replacing, input, nowNanos);
            case Transferring transferring -> transfers.step(transferring, input, nowNanos);
            case Ended ended -> onEnded(ended, input);
        };
    }

    /// Whether an input ends the call whatever its state: the caller is gone, or somebody above the
    /// call says so; once two talk, either of them. A leg that was given up ends nothing.
    private Optional<End> endOf(CallState state, CallInput input) {
        if (state instanceof Ended || state instanceof Transferring || state instanceof Replacing) {
            return Optional.empty();
        }
        if (input instanceof LegEnded(LegId leg, EndCause cause) && carries(state, leg)) {
            return Optional.of(new End(cause, "leg " + leg.index() + " ended"));
        }
        if (input instanceof MediaFailed(LegId leg, EndCause cause) && carries(state, leg)) {
            return Optional.of(new End(cause, "media of leg " + leg.index() + " failed"));
        }
        return input instanceof EndRequested(EndCause cause)
                ? Optional.of(new End(cause, "end requested"))
                : Optional.empty();
    }

    private boolean carries(CallState state, LegId leg) {
        return state instanceof Active active ? active.has(leg) : leg.equals(caller);
    }

    private Transition end(CallState state, EndCause cause, String reason) {
        return state instanceof Active active
                ? over(active, cause, reason)
                : over(cause, giveBack(state, cause), reason);
    }

    /// What a state holds of others.
    private static List<CallEffect> giveBack(CallState state, EndCause cause) {
        return switch (state) {
            case Claiming s -> List.of(new ReleaseClaim(s.token()));
            case Queued s -> QueueMachine.giveBack(s.stay(), cause);
            case Offering s -> List.of(new CloseMedia(s.callee()));
            case Ringing s -> giveUp(s.callee(), s.token(), cause);
            case Connecting s -> giveUp(s.callee(), s.token(), cause);
            case Opening _, Active _, Transferring _, Replacing _, Ended _ -> List.of();
        };
    }

    static List<CallEffect> giveUp(LegId callee, Optional<ClaimToken> token, EndCause cause) {
        List<CallEffect> effects = new ArrayList<>();
        effects.add(new EndLeg(callee, cause));
        effects.add(new CloseMedia(callee));
        token.map(ReleaseClaim::new).ifPresent(effects::add);
        return effects;
    }

    private Transition onOpening(Opening s, CallInput input, long nowNanos) {
        return switch (input) {
            case MediaDescribed in when in.leg().equals(caller) -> {
                boolean first = incoming.connectsFirst();
                Waiting waiting = Waiting.of(in.local(), first, s.giveUpAtNanos());
                yield attempt(
                        waiting,
                        0,
                        nowNanos,
                        first ? List.of(new AnswerLeg(caller, in.local())) : List.of(),
                        "caller's media is ready");
            }
            case MediaRefused in -> over(in.cause(), List.of(), "caller's media refused");
            case Woken _ ->
                    nowNanos < s.giveUpAtNanos()
                            ? Transition.ignored(s)
                            : over(EndCause.noAnswer(), List.of(), "caller waited long enough");
            case LegRenegotiating in -> refuseEarlyUpdate(s, in);
            case TransferRequested in ->
                    TransferMachine.refused(s, in.leg(), TransferMachine.notNow());
            case TransferCompleted _, TransferCancelled _ -> Transition.ignored(s);
            case LegReplacing in -> refuseReplacement(s, in);
            case MediaDescribed _,
                    MediaConnected _,
                    LegAlerting _,
                    LegProgressing _,
                    LegAccepted _,
                    LegConfirmed _,
                    LegEnded _,
                    MediaFailed _,
                    MediaClosed _,
                    EndRequested _,
                    ReferTaken _,
                    ReferRings _,
                    ReferOver _,
                    DigitReceived _,
                    DigitForSignalling _,
                    HoldChanged _,
                    OfferWanted _,
                    QueueWaiting _,
                    PartyKnown _,
                    AgentClaimed _,
                    AgentRefused _ ->
                    Transition.ignored(s);
        };
    }

    private Transition onClaiming(Claiming s, CallInput input, long nowNanos) {
        List<CallEffect> giveBack = List.of(new ReleaseClaim(s.token()));
        return switch (input) {
            case AgentClaimed in when in.token().equals(s.token()) -> {
                LegId callee = calleeOf(s.attempt());
                long ringUntil = ringUntil(s.waiting(), s.attempt(), nowNanos);
                yield new Transition(
                        new Ringing(
                                s.waiting(),
                                s.attempt(),
                                Optional.of(s.token()),
                                callee,
                                false,
                                ringUntil),
                        List.of(
                                new RingTarget(callee, target(s.attempt()), Optional.empty()),
                                new WakeAt(ringUntil)),
                        "target reserved");
            }
            case AgentRefused in when in.token().equals(s.token()) ->
                    attempt(
                            s.waiting().withRefusal(EndCause.noAgent(in.reason())),
                            s.attempt() + 1,
                            nowNanos,
                            giveBack,
                            "target " + in.reason());
            case MediaConnected in when in.leg().equals(caller) ->
                    quietly(new Claiming(s.waiting().withConnected(), s.attempt(), s.token()));
            case Woken _ ->
                    nowNanos < s.waiting().giveUpAtNanos()
                            ? Transition.ignored(s)
                            : over(EndCause.noAnswer(), giveBack, "caller waited long enough");
            case LegRenegotiating in -> refuseEarlyUpdate(s, in);
            case TransferRequested in ->
                    TransferMachine.refused(s, in.leg(), TransferMachine.notNow());
            case TransferCompleted _, TransferCancelled _ -> Transition.ignored(s);
            case LegReplacing in -> refuseReplacement(s, in);
            case AgentClaimed in ->
                    // A reply that comes after we gave up on it: the agent must not stay reserved.
                    new Transition(
                            s, List.of(new ReleaseClaim(in.token())), "late reservation returned");
            case AgentRefused _,
                    QueueWaiting _,
                    MediaDescribed _,
                    MediaRefused _,
                    MediaConnected _,
                    LegAlerting _,
                    LegProgressing _,
                    LegAccepted _,
                    LegConfirmed _,
                    LegEnded _,
                    MediaFailed _,
                    MediaClosed _,
                    EndRequested _,
                    ReferTaken _,
                    ReferRings _,
                    ReferOver _,
                    DigitReceived _,
                    DigitForSignalling _,
                    HoldChanged _,
                    OfferWanted _,
                    PartyKnown _ ->
                    Transition.ignored(s);
        };
    }

    private Transition onOffering(Offering s, CallInput input, long nowNanos) {
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
                                            target(s.attempt()),
                                            Optional.of(in.local()))),
                            "our offer is ready");
            case MediaRefused in when in.leg().equals(s.callee()) ->
                    afterTarget(
                            s.waiting(),
                            s.attempt(),
                            List.of(new CloseMedia(s.callee())),
                            in.cause(),
                            nowNanos);
            case MediaFailed in when in.leg().equals(s.callee()) ->
                    afterTarget(
                            s.waiting(),
                            s.attempt(),
                            List.of(new CloseMedia(s.callee())),
                            in.cause(),
                            nowNanos);
            case MediaConnected in when in.leg().equals(caller) ->
                    quietly(
                            new Offering(
                                    s.waiting().withConnected(),
                                    s.attempt(),
                                    s.callee(),
                                    s.ringUntilNanos()));
            case Woken _ ->
                    nowNanos < s.ringUntilNanos()
                            ? Transition.ignored(s)
                            : over(
                                    EndCause.noAnswer(),
                                    List.of(new CloseMedia(s.callee())),
                                    "no offer could be made in time");
            case LegRenegotiating in -> refuseEarlyUpdate(s, in);
            case TransferRequested in ->
                    TransferMachine.refused(s, in.leg(), TransferMachine.notNow());
            case TransferCompleted _, TransferCancelled _ -> Transition.ignored(s);
            case LegReplacing in -> refuseReplacement(s, in);
            case AgentClaimed in ->
                    new Transition(
                            s, List.of(new ReleaseClaim(in.token())), "late reservation returned");
            case AgentRefused _,
                    QueueWaiting _,
                    MediaDescribed _,
                    MediaRefused _,
                    MediaConnected _,
                    LegAlerting _,
                    LegProgressing _,
                    LegAccepted _,
                    LegConfirmed _,
                    LegEnded _,
                    MediaFailed _,
                    MediaClosed _,
                    EndRequested _,
                    ReferTaken _,
                    ReferRings _,
                    ReferOver _,
                    DigitReceived _,
                    DigitForSignalling _,
                    HoldChanged _,
                    OfferWanted _,
                    PartyKnown _ ->
                    Transition.ignored(s);
        };
    }

    private Transition onRinging(Ringing s, CallInput input, long nowNanos) {
        return switch (input) {
            case LegAlerting in when in.leg().equals(s.callee()) ->
                    s.waiting().alerted()
                            ? Transition.ignored(s)
                            : new Transition(
                                    with(s, s.waiting().withAlerted(), s.early()),
                                    ring(s.waiting()),
                                    "target alerted");
            case LegProgressing in when in.leg().equals(s.callee()) && !s.early() ->
                    new Transition(
                            with(s, s.waiting().withAlerted(), true),
                            heard(
                                    s.waiting(),
                                    new AcceptMedia(s.callee(), in.answer()),
                                    new JoinMedia(caller, s.callee()),
                                    new TellProgress(caller, s.waiting().local())),
                            "target sends early media");
            case LegAccepted in when in.leg().equals(s.callee()) -> onAccepted(s, in, nowNanos);
            case LegEnded in when in.leg().equals(s.callee()) ->
                    afterRinging(s, in.cause(), nowNanos);
            case MediaFailed in when in.leg().equals(s.callee()) ->
                    afterRinging(s, in.cause(), nowNanos);
            case MediaConnected in when in.leg().equals(caller) ->
                    quietly(with(s, s.waiting().withConnected(), s.early()));
            case Woken _ ->
                    nowNanos < s.ringUntilNanos()
                            ? Transition.ignored(s)
                            : afterRinging(s, EndCause.noAnswer(), nowNanos);
            case LegRenegotiating in -> refuseEarlyUpdate(s, in);
            case TransferRequested in ->
                    TransferMachine.refused(s, in.leg(), TransferMachine.notNow());
            case TransferCompleted _, TransferCancelled _ -> Transition.ignored(s);
            case LegReplacing in -> refuseReplacement(s, in);
            case LegAlerting _,
                    LegProgressing _,
                    LegAccepted _,
                    LegConfirmed _,
                    MediaDescribed _,
                    MediaRefused _,
                    MediaConnected _,
                    LegEnded _,
                    MediaFailed _,
                    MediaClosed _,
                    EndRequested _,
                    ReferTaken _,
                    ReferRings _,
                    ReferOver _,
                    DigitReceived _,
                    DigitForSignalling _,
                    HoldChanged _,
                    OfferWanted _,
                    QueueWaiting _,
                    PartyKnown _,
                    AgentClaimed _,
                    AgentRefused _ ->
                    Transition.ignored(s);
        };
    }

    private Transition afterRinging(Ringing s, EndCause why, long nowNanos) {
        Transition next = next(s.waiting(), s.attempt(), s.token(), s.callee(), why, nowNanos);
        return s.early() ? ringAgain(next, s.waiting()) : next;
    }

    private static Ringing with(Ringing s, Waiting waiting, boolean early) {
        return new Ringing(waiting, s.attempt(), s.token(), s.callee(), early, s.ringUntilNanos());
    }

    /// An agent's page now makes its offer, a phone of its has had ours; a trunk too, and its media
    /// stands.
    private Transition onAccepted(Ringing s, LegAccepted in, long nowNanos) {
        long connectUntil = nowNanos + limits.connectNanos();
        List<CallEffect> effects = new ArrayList<>();
        s.token().map(ConfirmClaim::new).ifPresent(effects::add);
        return switch (target(s.attempt())) {
            case Target.Agent _ -> {
                effects.add(
                        RingingOffer.accepted(
                                in, new MediaProfile.Browser(plan.prefer(), Optional.of(caller))));
                effects.add(new WakeAt(connectUntil));
                yield new Transition(
                        connecting(s, false, connectUntil), effects, "target accepted");
            }
            case Target.Queue _ ->
                    throw new IllegalStateException("a queue has a state of its own");
            case Target.InCall to -> throw beginsInAnother(to);
            case Target.OnTrunk _ -> {
                if (!s.early() && in.description().isEmpty()) {
                    yield next(
                            s.waiting(),
                            s.attempt(),
                            s.token(),
                            s.callee(),
                            EndCause.gateway(
                                    "bad-answer", 502, 88, "the trunk sent no usable answer"),
                            nowNanos);
                }
                // Beside early media: of another branch of a fork than that which was heard.
                in.description()
                        .map(answer -> new AcceptMedia(s.callee(), answer))
                        .ifPresent(effects::add);
                effects.add(new WakeAt(connectUntil));
                yield connected(connecting(s, true, connectUntil), effects, nowNanos);
            }
        };
    }

    private static Connecting connecting(Ringing s, boolean calleeConnected, long untilNanos) {
        return new Connecting(
                s.waiting(),
                s.attempt(),
                s.token(),
                s.callee(),
                calleeConnected,
                s.early(),
                untilNanos);
    }

    private Transition onConnecting(Connecting s, CallInput input, long nowNanos) {
        return switch (input) {
            case MediaDescribed in when in.leg().equals(s.callee()) ->
                    new Transition(
                            s,
                            List.of(new AnswerLeg(s.callee(), in.local())),
                            "target's media described");
            case MediaConnected in when in.leg().equals(s.callee()) ->
                    connected(with(s, s.waiting(), true), List.of(), nowNanos);
            case MediaConnected in when in.leg().equals(caller) ->
                    connected(
                            with(s, s.waiting().withConnected(), s.calleeConnected()),
                            List.of(),
                            nowNanos);
            case MediaRefused in when in.leg().equals(s.callee()) ->
                    next(s.waiting(), s.attempt(), s.token(), s.callee(), in.cause(), nowNanos);
            case MediaFailed in when in.leg().equals(s.callee()) ->
                    next(s.waiting(), s.attempt(), s.token(), s.callee(), in.cause(), nowNanos);
            case LegEnded in when in.leg().equals(s.callee()) ->
                    next(s.waiting(), s.attempt(), s.token(), s.callee(), in.cause(), nowNanos);
            case Woken _ ->
                    nowNanos < s.connectUntilNanos()
                            ? Transition.ignored(s)
                            : next(
                                    s.waiting(),
                                    s.attempt(),
                                    s.token(),
                                    s.callee(),
                                    EndCause.mediaTimeout(),
                                    nowNanos);
            case LegRenegotiating in -> refuseEarlyUpdate(s, in);
            case TransferRequested in ->
                    TransferMachine.refused(s, in.leg(), TransferMachine.notNow());
            case TransferCompleted _, TransferCancelled _ -> Transition.ignored(s);
            case LegReplacing in -> refuseReplacement(s, in);
            case MediaDescribed _,
                    MediaConnected _,
                    MediaRefused _,
                    LegAlerting _,
                    LegProgressing _,
                    LegAccepted _,
                    LegConfirmed _,
                    LegEnded _,
                    MediaFailed _,
                    MediaClosed _,
                    EndRequested _,
                    ReferTaken _,
                    ReferRings _,
                    ReferOver _,
                    DigitReceived _,
                    DigitForSignalling _,
                    HoldChanged _,
                    OfferWanted _,
                    QueueWaiting _,
                    PartyKnown _,
                    AgentClaimed _,
                    AgentRefused _ ->
                    Transition.ignored(s);
        };
    }

    private static Connecting with(Connecting s, Waiting waiting, boolean calleeConnected) {
        return new Connecting(
                waiting,
                s.attempt(),
                s.token(),
                s.callee(),
                calleeConnected,
                s.joined(),
                s.connectUntilNanos());
    }

    /// Both can talk, unless the media of one still does not stand.
    private Transition connected(Connecting s, List<CallEffect> before, long nowNanos) {
        if (!s.calleeConnected() || !s.waiting().connected()) {
            return new Transition(s, before, "media of one side stands");
        }
        long endAt = nowNanos + limits.callNanos();
        List<CallEffect> effects = new ArrayList<>(before);
        if (!s.joined()) {
            effects.add(new JoinMedia(caller, s.callee()));
        }
        effects.add(
                s.waiting().answered()
                        ? new TellConnected(caller)
                        : new AnswerLeg(caller, s.waiting().local()));
        effects.addAll(heard(s.waiting(), new TellConnected(s.callee())));
        effects.add(new WakeAt(endAt));
        return new Transition(
                new Active(
                        new Seat(caller, Optional.empty(), incoming.shownCaller()),
                        new Seat(s.callee(), s.token(), target(s.attempt()).party()),
                        legs(s.waiting()),
                        endAt),
                effects,
                "media of both stands");
    }

    private Transition onActive(Active s, CallInput input, long nowNanos) {
        return switch (input) {
            case LegRenegotiating in ->
                    new Transition(
                            s,
                            List.of(new UpdateMedia(in.leg(), in.offer())),
                            "renegotiation asked for");
            case MediaDescribed in ->
                    new Transition(
                            s,
                            List.of(new AnswerUpdate(in.leg(), in.local())),
                            "renegotiation answered");
            case MediaRefused in ->
                    new Transition(
                            s,
                            List.of(new RefuseUpdate(in.leg(), in.cause())),
                            "renegotiation refused");
            case MediaConnected in when s.has(in.leg()) -> moved(s, in.leg());
            case LegConfirmed in ->
                    in.answer()
                            .map(answer ->
                                    new Transition(
                                            s,
                                            List.of(new AcceptMedia(in.leg(), answer)),
                                            "peer answered our offer"))
                            .orElseGet(() -> Transition.ignored(s));
            case DigitReceived in ->
                    new Transition(
                            s,
                            List.of(
                                    new SendDigit(
                                            s.facing(in.leg()).leg(),
                                            in.digit(),
                                            in.durationMillis()),
                                    new ShowDigit(s.facing(in.leg()).leg(), in.digit())),
                            "digit");
            case DigitForSignalling in ->
                    new Transition(
                            s,
                            List.of(new SignalDigit(in.leg(), in.digit(), in.durationMillis())),
                            "digit by signalling");
            case LegReplacing in when s.has(in.old()) ->
                    HoldMachine.release(
                            s,
                            call ->
                                    new Transition(
                                            new Replacing(
                                                    call,
                                                    in.old(),
                                                    new Seat(
                                                            in.arriving(),
                                                            Optional.empty(),
                                                            in.caller())),
                                            List.of(
                                                    new OpenMedia(
                                                            in.arriving(), in.media(), in.offer())),
                                            "a leg takes the place of leg " + in.old().index()));
            case LegReplacing in -> refuseReplacement(s, in);
            case PartyKnown in when s.has(in.leg()) -> onParty(s, in);
            case TransferRequested in when s.has(in.leg()) ->
                    HoldMachine.release(s, call -> transfers.start(call, in, nowNanos));
            case TransferRequested _, TransferCompleted _, TransferCancelled _ ->
                    Transition.ignored(s);
            case Woken _ -> nowNanos < s.endAtNanos() ? Transition.ignored(s) : callLimitReached(s);
            case MediaConnected _,
                    LegEnded _,
                    MediaFailed _,
                    MediaClosed _,
                    HoldChanged _,
                    OfferWanted _,
                    PartyKnown _,
                    EndRequested _,
                    ReferTaken _,
                    ReferRings _,
                    ReferOver _,
                    LegAlerting _,
                    LegProgressing _,
                    LegAccepted _,
                    QueueWaiting _,
                    AgentClaimed _,
                    AgentRefused _ ->
                    Transition.ignored(s);
        };
    }

    /// No route leads into a call that lives.
    private static IllegalStateException beginsInAnother(Target.InCall target) {
        return new IllegalStateException("a call does not begin in another: " + target);
    }

    /// The party that another call leads on is not the one that this call was told of.
    private static Transition onParty(Active s, PartyKnown in) {
        Seat known = s.seat(in.leg()).with(in.party());
        return known.equals(s.seat(in.leg()))
                ? Transition.ignored(s)
                : new Transition(
                        s.with(known),
                        List.of(new TellParty(s.facing(in.leg()).leg(), in.party())),
                        "another party");
    }

    /// Media of a leg stood before: another connection of its peer took over.
    static Transition moved(CallState s, LegId leg) {
        return new Transition(s, List.of(new TellMoved(leg)), "media of a leg moved");
    }

    static Transition refuseReplacement(CallState s, LegReplacing in) {
        return new Transition(
                s,
                List.of(new EndLeg(in.arriving(), TransferMachine.notNow())),
                "replacement refused");
    }

    /// Whatever is not about the leg that arrives happens to the two that talk.
    private Transition onReplacing(Replacing s, CallInput input, long nowNanos) {
        LegId arriving = s.arriving().leg();
        return switch (input) {
            case MediaDescribed in when in.leg().equals(arriving) -> {
                Active after = s.before().with(s.old(), s.arriving());
                LegId stays = after.facing(arriving).leg();
                List<CallEffect> effects = new ArrayList<>();
                effects.add(new JoinMedia(arriving, stays));
                effects.add(new AnswerLeg(arriving, in.local()));
                effects.addAll(
                        TransferMachine.leave(s.before().seat(s.old()), EndCause.replaced()));
                effects.add(new TellParty(stays, s.arriving().party()));
                effects.add(new TellParty(arriving, after.facing(arriving).party()));
                yield new Transition(after, effects, "a leg took the place of another");
            }
            case MediaRefused in when in.leg().equals(arriving) -> notReplaced(s, in.cause());
            case MediaFailed in when in.leg().equals(arriving) -> notReplaced(s, in.cause());
            case LegEnded in when in.leg().equals(arriving) -> notReplaced(s, in.cause());
            case LegReplacing in -> refuseReplacement(s, in);
            case TransferRequested in ->
                    TransferMachine.refused(s, in.leg(), TransferMachine.notNow());
            default -> {
                Transition rest = step(s.before(), input, nowNanos);
                CallState next =
                        rest.next() instanceof Active active
                                ? new Replacing(active, s.old(), s.arriving())
                                : rest.next();
                List<CallEffect> effects = new ArrayList<>(rest.effects());
                if (next instanceof Ended(EndCause cause)) {
                    effects.addAll(TransferMachine.leave(s.arriving(), cause));
                }
                yield new Transition(next, effects, rest.reason());
            }
        };
    }

    private static Transition notReplaced(Replacing s, EndCause cause) {
        return new Transition(
                s.before(),
                TransferMachine.leave(s.arriving(), cause),
                "no leg took the place of another: " + cause.reason());
    }

    private Transition onEnded(Ended s, CallInput input) {
        if (input instanceof LegReplacing in) {
            return refuseReplacement(s, in);
        }
        return input instanceof AgentClaimed in
                ? new Transition(
                        s, List.of(new ReleaseClaim(in.token())), "late reservation returned")
                : Transition.ignored(s);
    }

    private Transition callLimitReached(Active s) {
        return over(s, callLimit(), "call limit reached");
    }

    static EndCause callLimit() {
        return EndCause.gateway("call-limit", 200, 31, "the longest call is over");
    }

    private static Transition over(Active s, EndCause cause, String reason) {
        List<CallEffect> effects = new ArrayList<>(TransferMachine.leave(s.other(), cause));
        effects.addAll(TransferMachine.leave(s.one(), cause));
        return new Transition(new Ended(cause), effects, reason);
    }

    /// Tries the plan's target `index`, or ends the call with the last refusal when none is left.
    Transition attempt(
            Waiting waiting, int index, long nowNanos, List<CallEffect> before, String reason) {
        if (index >= plan.attempts().size() || nowNanos >= waiting.giveUpAtNanos()) {
            return over(waiting.lastRefusal(), before, reason + ", nobody is left to try");
        }
        List<CallEffect> effects = new ArrayList<>(before);
        return switch (target(index)) {
            case Target.Agent(String name) -> {
                ClaimToken token = new ClaimToken(caller.call(), index);
                effects.add(new ClaimAgent(name, token));
                yield new Transition(new Claiming(waiting, index, token), effects, reason);
            }
            case Target.Queue queue ->
                    queues.enter(waiting, index, queue, nowNanos, effects, reason);
            case Target.InCall to -> throw beginsInAnother(to);
            case Target.OnTrunk to -> {
                LegId callee = calleeOf(index);
                long until = ringUntil(waiting, index, nowNanos);
                effects.add(
                        new OpenMedia(
                                callee, new MediaProfile.Trunk(to.trunk()), Optional.empty()));
                effects.add(new WakeAt(until));
                yield new Transition(new Offering(waiting, index, callee, until), effects, reason);
            }
        };
    }

    private Target target(int attempt) {
        return plan.attempts().get(attempt).target();
    }

    private LegId calleeOf(int attempt) {
        return new LegId(caller.call(), attempt + 1);
    }

    /// How many legs the call has had: the caller's, one for each attempt, those that queues rang.
    int legs(Waiting waiting) {
        return plan.attempts().size() + 1 + waiting.rung();
    }

    private long ringUntil(Waiting waiting, int attempt, long nowNanos) {
        return Math.min(
                nowNanos + plan.attempts().get(attempt).ringNanos(), waiting.giveUpAtNanos());
    }

    /// Gives up a target that was rung and tries the next one.
    private Transition next(
            Waiting waiting,
            int index,
            Optional<ClaimToken> token,
            LegId callee,
            EndCause why,
            long nowNanos) {
        return afterTarget(waiting, index, giveUp(callee, token, why), why, nowNanos);
    }

    /// What follows a target that was given up: the next one, unless the target's word is final.
    private Transition afterTarget(
            Waiting waiting, int index, List<CallEffect> giveUp, EndCause why, long nowNanos) {
        String reason = "target gave up: " + why.reason();
        if (isFinal(plan.attempts().get(index), why)) {
            // Whoever was called is busy, or says no: another trunk leads to the same person.
            return over(why, giveUp, reason);
        }
        return attempt(waiting.withRefusal(why), index + 1, nowNanos, giveUp, reason);
    }

    /// Whether nobody else need be tried. A trunk that names somebody else whom it may not have us
    /// call is not the last word.
    static boolean isFinal(CallPlan.Attempt attempt, EndCause why) {
        boolean unasked = why.by() == EndCause.By.GATEWAY && UNASKED.contains(why.sipCode());
        return attempt.target() instanceof Target.OnTrunk
                && !unasked
                && why.sipCode() / 100 != 3
                && !attempt.elsewhere().contains(why.sipCode());
    }

    /// Tells the caller that it rings, or lets it hear so. Who hears music goes on hearing it.
    List<CallEffect> ring(Waiting waiting) {
        if (waiting.music()) {
            return List.of();
        }
        return incoming.hearsRingback()
                ? List.of(
                        new TellProgress(caller, waiting.local()),
                        new PlayMedia(caller, new Playback.Ringback()))
                : List.of(new AlertLeg(caller, waiting.local()));
    }

    /// The caller is about to hear somebody: our ringing is over.
    List<CallEffect> heard(Waiting waiting, CallEffect... effects) {
        List<CallEffect> all = new ArrayList<>(List.of(effects));
        if (incoming.hearsRingback() || waiting.music()) {
            all.add(new StopMedia(caller));
        }
        return all;
    }

    /// Who heard the target, and now hears nothing, is told that it rings while the next one is
    /// tried.
    private Transition ringAgain(Transition next, Waiting waiting) {
        if (next.next() instanceof Ended) {
            return next;
        }
        List<CallEffect> effects = new ArrayList<>(next.effects());
        effects.addAll(
                waiting.music()
                        ? List.of(new PlayMedia(caller, new Playback.Music()))
                        : ring(waiting));
        return new Transition(next.next(), effects, next.reason());
    }

    static Transition quietly(CallState next) {
        return new Transition(next, List.of(), "caller's media stands");
    }

    private Transition over(EndCause cause, List<CallEffect> before, String reason) {
        List<CallEffect> effects = new ArrayList<>(before);
        effects.add(new EndLeg(caller, cause));
        effects.add(new CloseMedia(caller));
        return new Transition(new Ended(cause), effects, reason);
    }

    private Transition refuseEarlyUpdate(CallState s, LegRenegotiating in) {
        return new Transition(
                s,
                List.of(new RefuseUpdate(in.leg(), notAnsweredYet())),
                "renegotiation before the answer");
    }

    static EndCause notAnsweredYet() {
        return EndCause.gateway("not-answered-yet", 491, 127, "the call is not answered");
    }

    /// What ends a call.
    private record End(EndCause cause, String reason) {}
}
