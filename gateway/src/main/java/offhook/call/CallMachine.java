package offhook.call;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Supplier;
import offhook.call.CallEffect.CloseMedia;
import offhook.call.CallEffect.EndLeg;
import offhook.call.CallEffect.OpenMedia;
import offhook.call.CallEffect.ReleaseClaim;
import offhook.call.CallEffect.TellMoved;
import offhook.call.CallEffect.WakeAt;
import offhook.call.CallInput.AgentClaimed;
import offhook.call.CallInput.EndRequested;
import offhook.call.CallInput.LegEnded;
import offhook.call.CallInput.LegReplacing;
import offhook.call.CallInput.MediaConnected;
import offhook.call.CallInput.MediaFailed;
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
///
/// Each state is a class of its own; what means the same in several of them is decided before.
final class CallMachine {

    /// How long a reservation stands without a word from the call: longer than any ringing, so that
    /// only the reservation of a call that was lost lapses.
    static final Duration LEASE = Duration.ofMinutes(10);

    private final IncomingCall incoming;
    private final CallPlan plan;
    private final CallLimits limits;
    private final LegId caller;
    private final CallTargets targets;
    private final CallOpening opening;
    private final CallClaiming claiming;
    private final CallOffering offering;
    private final CallRinging ringing;
    private final CallConnecting connecting;
    private final CallTalk talk;
    private final TransferMachine transfers;
    private final EarlyNegotiation early;
    private final RingingOffer offers;
    private final FallbackMachine fallback;

    /// @param routes by which a party of the call reaches whom it transfers the other one to
    CallMachine(
            CallId id, IncomingCall incoming, CallPlan plan, CallRoutes routes, CallLimits limits) {
        this.incoming = incoming;
        this.plan = plan;
        this.limits = limits;
        this.caller = new LegId(id, 0);
        this.targets = new CallTargets(incoming, plan, limits, caller);
        this.opening = new CallOpening(incoming, caller, targets);
        this.claiming = new CallClaiming(caller, targets);
        this.offering = new CallOffering(caller, targets);
        this.connecting = new CallConnecting(incoming, limits, caller, targets);
        this.ringing = new CallRinging(plan, limits, caller, targets, connecting);
        this.transfers = new TransferMachine(limits, routes);
        this.talk = new CallTalk(transfers);
        this.early = new EarlyNegotiation(caller);
        this.offers = new RingingOffer(caller, plan.prefer());
        this.fallback = new FallbackMachine(plan, incoming, limits);
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
        return HoldMachine.after(state, input, heardEarly(state, input, decided));
    }

    /// A caller that nobody waits for to connect learns that its media stands, in whatever state
    /// that happens; once two talk it is told of every connection.
    private Transition heardEarly(CallState state, CallInput input, Transition decided) {
        boolean early =
                incoming.connectsLate()
                        && input.equals(new MediaConnected(caller))
                        && isBeforeTheTalk(state);
        if (!early) {
            return decided;
        }
        List<CallEffect> effects = new ArrayList<>(decided.effects());
        effects.add(new TellMoved(caller));
        return new Transition(decided.next(), effects, "caller's media stands");
    }

    private static boolean isBeforeTheTalk(CallState state) {
        return switch (state) {
            case Opening _, Claiming _, Queued _, Offering _, Ringing _, Connecting _ -> true;
            case Active _, Transferring _, Replacing _, Ended _ -> false;
        };
    }

    private boolean trunkRings(CallState state) {
        return switch (state) {
            case Ringing s -> targets.target(s.attempt()) instanceof Target.OnTrunk;
            case Connecting s -> targets.target(s.attempt()) instanceof Target.OnTrunk;
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
            case Opening s -> unlessRefused(s, input, () -> opening.step(s, input, nowNanos));
            case Claiming s -> unlessRefused(s, input, () -> claiming.step(s, input, nowNanos));
            case Queued s -> targets.queues().step(s, input, nowNanos);
            case Offering s -> unlessRefused(s, input, () -> offering.step(s, input, nowNanos));
            case Ringing s -> unlessRefused(s, input, () -> ringing.step(s, input, nowNanos));
            case Connecting s -> unlessRefused(s, input, () -> connecting.step(s, input, nowNanos));
            case Active s -> talk.step(s, input, nowNanos);
            case Replacing s ->
                    CallReplacing.step(s, input, () -> step(s.before(), input, nowNanos));
            case Transferring s -> transfers.step(s, input, nowNanos);
            case Ended s -> onEnded(s, input);
        };
    }

    private static Transition unlessRefused(
            CallState s, CallInput input, Supplier<Transition> otherwise) {
        return CallRefusals.beforeTheTalk(s, input).orElseGet(otherwise);
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
                ? CallTalk.over(active, cause, reason)
                : targets.over(cause, giveBack(state, cause), reason);
    }

    /// What a state holds of others.
    private static List<CallEffect> giveBack(CallState state, EndCause cause) {
        return switch (state) {
            case Claiming s -> List.of(new ReleaseClaim(s.token()));
            case Queued s -> QueueMachine.giveBack(s.stay(), cause);
            case Offering s -> List.of(new CloseMedia(s.callee()));
            case Ringing s -> CallTargets.giveUp(s.callee(), s.token(), cause);
            case Connecting s -> CallTargets.giveUp(s.callee(), s.token(), cause);
            case Opening _, Active _, Transferring _, Replacing _, Ended _ -> List.of();
        };
    }

    private Transition onEnded(Ended s, CallInput input) {
        if (input instanceof LegReplacing in) {
            return CallRefusals.refuseReplacement(s, in);
        }
        return input instanceof AgentClaimed in
                ? new Transition(
                        s, List.of(new ReleaseClaim(in.token())), "late reservation returned")
                : Transition.ignored(s);
    }

    /// What ends a call.
    private record End(EndCause cause, String reason) {}
}
