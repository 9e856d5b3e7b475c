package offhook.call;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
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
import offhook.call.CallEffect.RefuseUpdate;
import offhook.call.CallEffect.ReleaseClaim;
import offhook.call.CallEffect.RingTarget;
import offhook.call.CallEffect.SendDigit;
import offhook.call.CallEffect.ShowDigit;
import offhook.call.CallEffect.TellConnected;
import offhook.call.CallEffect.UpdateMedia;
import offhook.call.CallEffect.WakeAt;
import offhook.call.CallInput.AgentClaimed;
import offhook.call.CallInput.AgentRefused;
import offhook.call.CallInput.DigitReceived;
import offhook.call.CallInput.EndRequested;
import offhook.call.CallInput.LegAccepted;
import offhook.call.CallInput.LegAlerting;
import offhook.call.CallInput.LegConfirmed;
import offhook.call.CallInput.LegEnded;
import offhook.call.CallInput.LegRenegotiating;
import offhook.call.CallInput.MediaClosed;
import offhook.call.CallInput.MediaConnected;
import offhook.call.CallInput.MediaDescribed;
import offhook.call.CallInput.MediaFailed;
import offhook.call.CallInput.MediaRefused;
import offhook.call.CallInput.Woken;
import offhook.call.CallState.Active;
import offhook.call.CallState.Claiming;
import offhook.call.CallState.Connecting;
import offhook.call.CallState.Ended;
import offhook.call.CallState.Opening;
import offhook.call.CallState.Ringing;
import offhook.call.CallState.Waiting;

/// Decides what a call does next: a pure function of state, input and time. It performs nothing,
/// reads no clock and writes no log; its owner is [Call].
///
/// ```
/// Opening -> Claiming -> Ringing -> Connecting -> Active -> Ended
///               ^___________|____________|   (next target)
/// ```
///
/// The caller is answered only when the callee's media is connected: nobody is billed for, or
/// speaks into, a connection that does not stand yet.
final class CallMachine {

    /// How long a reservation stands without a word from the call: longer than any ringing, so that
    /// only the reservation of a call that was lost lapses.
    static final Duration LEASE = Duration.ofMinutes(10);

    private final IncomingCall incoming;
    private final CallPlan plan;
    private final CallLimits limits;
    private final LegId caller;

    CallMachine(CallId id, IncomingCall incoming, CallPlan plan, CallLimits limits) {
        this.incoming = incoming;
        this.plan = plan;
        this.limits = limits;
        this.caller = new LegId(id, 0);
    }

    /// The first step, before any input.
    Transition start(long nowNanos) {
        if (plan.attempts().isEmpty()) {
            EndCause cause =
                    EndCause.gateway("no-route", 404, 1, "no route leads to the called number");
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
        return endOf(state, input)
                .map(end -> over(end.cause(), giveBack(state, end.cause()), end.reason()))
                .orElseGet(() -> decide(state, input, nowNanos));
    }

    private Transition decide(CallState state, CallInput input, long nowNanos) {
        return switch (state) {
            case Opening opening -> onOpening(opening, input, nowNanos);
            case Claiming claiming -> onClaiming(claiming, input, nowNanos);
            case Ringing ringing -> onRinging(ringing, input, nowNanos);
            case Connecting connecting -> onConnecting(connecting, input, nowNanos);
            case Active active -> onActive(active, input, nowNanos);
            case Ended ended -> onEnded(ended, input);
        };
    }

    /// Whether an input ends the call whatever its state: the caller is gone, or somebody above the
    /// call says so; once two talk, either of them. A leg that was given up ends nothing.
    private Optional<End> endOf(CallState state, CallInput input) {
        if (state instanceof Ended) {
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
        return leg.equals(caller)
                || (state instanceof Active active && leg.equals(active.callee()));
    }

    /// What a state holds of others.
    private static List<CallEffect> giveBack(CallState state, EndCause cause) {
        return switch (state) {
            case Claiming s -> List.of(new ReleaseClaim(s.token()));
            case Ringing s -> giveUp(s.callee(), s.token(), cause);
            case Connecting s -> giveUp(s.callee(), s.token(), cause);
            case Active s -> giveUp(s.callee(), s.token(), cause);
            case Opening _, Ended _ -> List.of();
        };
    }

    private static List<CallEffect> giveUp(LegId callee, ClaimToken token, EndCause cause) {
        return List.of(new EndLeg(callee, cause), new CloseMedia(callee), new ReleaseClaim(token));
    }

    private Transition onOpening(Opening s, CallInput input, long nowNanos) {
        return switch (input) {
            case MediaDescribed in when in.leg().equals(caller) -> {
                Waiting waiting =
                        new Waiting(in.local(), false, s.giveUpAtNanos(), noAgent("unreachable"));
                yield attempt(waiting, 0, nowNanos, List.of(), "caller's media is ready");
            }
            case MediaRefused in -> over(in.cause(), List.of(), "caller's media refused");
            case Woken _ ->
                    nowNanos < s.giveUpAtNanos()
                            ? Transition.ignored(s)
                            : over(noAnswer(), List.of(), "caller waited long enough");
            case LegRenegotiating in -> refuseEarlyUpdate(s, in);
            case MediaDescribed _,
                    MediaConnected _,
                    LegAlerting _,
                    LegAccepted _,
                    LegConfirmed _,
                    LegEnded _,
                    MediaFailed _,
                    MediaClosed _,
                    EndRequested _,
                    DigitReceived _,
                    AgentClaimed _,
                    AgentRefused _ ->
                    Transition.ignored(s);
        };
    }

    private Transition onClaiming(Claiming s, CallInput input, long nowNanos) {
        List<CallEffect> giveBack = List.of(new ReleaseClaim(s.token()));
        return switch (input) {
            case AgentClaimed in when in.token().equals(s.token()) -> {
                LegId callee = new LegId(caller.call(), s.attempt() + 1);
                CallPlan.Attempt attempt = plan.attempts().get(s.attempt());
                long ringUntil =
                        Math.min(nowNanos + attempt.ringNanos(), s.waiting().giveUpAtNanos());
                yield new Transition(
                        new Ringing(s.waiting(), s.attempt(), s.token(), callee, ringUntil),
                        List.of(new RingTarget(callee, attempt.target()), new WakeAt(ringUntil)),
                        "target reserved");
            }
            case AgentRefused in when in.token().equals(s.token()) ->
                    attempt(
                            s.waiting().withRefusal(noAgent(in.reason())),
                            s.attempt() + 1,
                            nowNanos,
                            giveBack,
                            "target " + in.reason());
            case Woken _ ->
                    nowNanos < s.waiting().giveUpAtNanos()
                            ? Transition.ignored(s)
                            : over(noAnswer(), giveBack, "caller waited long enough");
            case LegRenegotiating in -> refuseEarlyUpdate(s, in);
            case AgentClaimed in ->
                    // A reply that comes after we gave up on it: the agent must not stay reserved.
                    new Transition(
                            s, List.of(new ReleaseClaim(in.token())), "late reservation returned");
            case AgentRefused _,
                    MediaDescribed _,
                    MediaRefused _,
                    MediaConnected _,
                    LegAlerting _,
                    LegAccepted _,
                    LegConfirmed _,
                    LegEnded _,
                    MediaFailed _,
                    MediaClosed _,
                    EndRequested _,
                    DigitReceived _ ->
                    Transition.ignored(s);
        };
    }

    private Transition onRinging(Ringing s, CallInput input, long nowNanos) {
        return switch (input) {
            case LegAlerting in when in.leg().equals(s.callee()) ->
                    s.waiting().alerted()
                            ? Transition.ignored(s)
                            : new Transition(
                                    new Ringing(
                                            s.waiting().withAlerted(),
                                            s.attempt(),
                                            s.token(),
                                            s.callee(),
                                            s.ringUntilNanos()),
                                    List.of(new AlertLeg(caller)),
                                    "target alerted");
            case LegAccepted in when in.leg().equals(s.callee()) -> {
                long connectUntil = nowNanos + limits.connectNanos();
                yield new Transition(
                        new Connecting(
                                s.waiting(), s.attempt(), s.token(), s.callee(), connectUntil),
                        List.of(
                                new ConfirmClaim(s.token()),
                                new OpenMedia(
                                        s.callee(),
                                        new MediaProfile.Browser(
                                                plan.prefer(), Optional.of(caller)),
                                        Optional.of(in.description())),
                                new WakeAt(connectUntil)),
                        "target accepted");
            }
            case LegEnded in when in.leg().equals(s.callee()) ->
                    next(s.waiting(), s.attempt(), s.token(), s.callee(), in.cause(), nowNanos);
            case Woken _ ->
                    nowNanos < s.ringUntilNanos()
                            ? Transition.ignored(s)
                            : next(
                                    s.waiting(),
                                    s.attempt(),
                                    s.token(),
                                    s.callee(),
                                    noAnswer(),
                                    nowNanos);
            case LegRenegotiating in -> refuseEarlyUpdate(s, in);
            case LegAlerting _,
                    LegAccepted _,
                    LegConfirmed _,
                    MediaDescribed _,
                    MediaRefused _,
                    MediaConnected _,
                    LegEnded _,
                    MediaFailed _,
                    MediaClosed _,
                    EndRequested _,
                    DigitReceived _,
                    AgentClaimed _,
                    AgentRefused _ ->
                    Transition.ignored(s);
        };
    }

    private Transition onConnecting(Connecting s, CallInput input, long nowNanos) {
        return switch (input) {
            case MediaDescribed in when in.leg().equals(s.callee()) ->
                    new Transition(
                            s,
                            List.of(new AnswerLeg(s.callee(), in.local())),
                            "target's media described");
            case MediaConnected in when in.leg().equals(s.callee()) -> {
                long endAt = nowNanos + limits.callNanos();
                yield new Transition(
                        new Active(s.callee(), s.token(), endAt),
                        List.of(
                                new JoinMedia(caller, s.callee()),
                                new AnswerLeg(caller, s.waiting().local()),
                                new TellConnected(s.callee()),
                                new WakeAt(endAt)),
                        "target's media connected");
            }
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
                                    EndCause.gateway(
                                            "media-timeout",
                                            480,
                                            41,
                                            "the agent's browser did not reach the gateway's media"
                                                    + " port"),
                                    nowNanos);
            case LegRenegotiating in -> refuseEarlyUpdate(s, in);
            case MediaDescribed _,
                    MediaConnected _,
                    MediaRefused _,
                    LegAlerting _,
                    LegAccepted _,
                    LegConfirmed _,
                    LegEnded _,
                    MediaFailed _,
                    MediaClosed _,
                    EndRequested _,
                    DigitReceived _,
                    AgentClaimed _,
                    AgentRefused _ ->
                    Transition.ignored(s);
        };
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
                                            other(s, in.leg()), in.digit(), in.durationMillis()),
                                    new ShowDigit(other(s, in.leg()), in.digit())),
                            "digit");
            case Woken _ -> nowNanos < s.endAtNanos() ? Transition.ignored(s) : callLimitReached(s);
            case MediaConnected _,
                    LegEnded _,
                    MediaFailed _,
                    MediaClosed _,
                    EndRequested _,
                    LegAlerting _,
                    LegAccepted _,
                    AgentClaimed _,
                    AgentRefused _ ->
                    Transition.ignored(s);
        };
    }

    private Transition onEnded(Ended s, CallInput input) {
        return input instanceof AgentClaimed in
                ? new Transition(
                        s, List.of(new ReleaseClaim(in.token())), "late reservation returned")
                : Transition.ignored(s);
    }

    private Transition callLimitReached(Active s) {
        EndCause cause = EndCause.gateway("call-limit", 200, 31, "the longest call is over");
        return over(cause, giveBack(s, cause), "call limit reached");
    }

    /// Tries the plan's target `index`, or ends the call with the last refusal when none is left.
    private Transition attempt(
            Waiting waiting, int index, long nowNanos, List<CallEffect> before, String reason) {
        if (index >= plan.attempts().size() || nowNanos >= waiting.giveUpAtNanos()) {
            return over(waiting.lastRefusal(), before, reason + ", nobody is left to try");
        }
        ClaimToken token = new ClaimToken(caller.call(), index);
        List<CallEffect> effects = new ArrayList<>(before);
        switch (plan.attempts().get(index).target()) {
            case Target.Agent agent -> effects.add(new ClaimAgent(agent.name(), token));
        }
        return new Transition(new Claiming(waiting, index, token), effects, reason);
    }

    /// Gives up a target that was rung and tries the next one.
    private Transition next(
            Waiting waiting,
            int index,
            ClaimToken token,
            LegId callee,
            EndCause why,
            long nowNanos) {
        List<CallEffect> giveUp =
                List.of(new EndLeg(callee, why), new CloseMedia(callee), new ReleaseClaim(token));
        return attempt(
                waiting.withRefusal(why),
                index + 1,
                nowNanos,
                giveUp,
                "target gave up: " + why.reason());
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
                List.of(
                        new RefuseUpdate(
                                in.leg(),
                                EndCause.gateway(
                                        "not-answered-yet", 491, 127, "the call is not answered"))),
                "renegotiation before the answer");
    }

    /// What ends a call.
    private record End(EndCause cause, String reason) {}

    private LegId other(Active s, LegId leg) {
        return leg.equals(caller) ? s.callee() : caller;
    }

    private static EndCause noAnswer() {
        return EndCause.gateway("no-answer", 480, 19, "nobody answered");
    }

    private static EndCause noAgent(String reason) {
        return EndCause.gateway("agent-" + reason, 480, 20, "no agent is reachable");
    }
}
