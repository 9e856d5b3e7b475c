package offhook.call;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import offhook.call.CallEffect.AcceptMedia;
import offhook.call.CallEffect.ConfirmClaim;
import offhook.call.CallEffect.JoinMedia;
import offhook.call.CallEffect.TellProgress;
import offhook.call.CallEffect.WakeAt;
import offhook.call.CallInput.EndRequested;
import offhook.call.CallInput.LegAccepted;
import offhook.call.CallInput.LegAlerting;
import offhook.call.CallInput.LegEnded;
import offhook.call.CallInput.LegProgressing;
import offhook.call.CallInput.MediaConnected;
import offhook.call.CallInput.MediaFailed;
import offhook.call.CallInput.Woken;
import offhook.call.CallState.Connecting;
import offhook.call.CallState.Ringing;
import offhook.call.CallState.Waiting;

/// Decides what follows while a target rings. A pure function, as [CallMachine] is.
final class CallRinging {

    private final CallPlan plan;
    private final CallLimits limits;
    private final LegId caller;
    private final CallTargets targets;
    private final CallConnecting connecting;

    CallRinging(
            CallPlan plan,
            CallLimits limits,
            LegId caller,
            CallTargets targets,
            CallConnecting connecting) {
        this.plan = plan;
        this.limits = limits;
        this.caller = caller;
        this.targets = targets;
        this.connecting = connecting;
    }

    Transition step(Ringing s, CallInput input, long nowNanos) {
        return switch (input) {
            case LegAlerting in when in.leg().equals(s.callee()) ->
                    s.waiting().alerted()
                            ? Transition.ignored(s)
                            : new Transition(
                                    with(s, s.waiting().withAlerted(), s.early()),
                                    targets.ring(s.waiting()),
                                    "target alerted");
            case LegProgressing in when in.leg().equals(s.callee()) && !s.early() ->
                    new Transition(
                            with(s, s.waiting().withAlerted(), true),
                            targets.heard(
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
                    CallTargets.quietly(with(s, s.waiting().withConnected(), s.early()));
            case Woken _ ->
                    nowNanos < s.ringUntilNanos()
                            ? Transition.ignored(s)
                            : afterRinging(s, EndCause.noAnswer(), nowNanos);
            case LegEnded _,
                    EndRequested _,
                    CallInput.OfDirectory _,
                    CallInput.OfRinging _,
                    CallInput.OfMedia _,
                    CallInput.OfTalk _,
                    CallInput.OfTransfer _,
                    CallInput.OfRefer _ ->
                    Transition.ignored(s);
        };
    }

    private Transition afterRinging(Ringing s, EndCause why, long nowNanos) {
        Transition next =
                targets.next(s.waiting(), s.attempt(), s.token(), s.callee(), why, nowNanos);
        return s.early() ? targets.ringAgain(next, s.waiting()) : next;
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
        return switch (targets.target(s.attempt())) {
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
            case Target.InCall to -> throw CallTargets.beginsInAnother(to);
            case Target.OnTrunk _ -> {
                if (!s.early() && in.description().isEmpty()) {
                    yield targets.next(
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
                yield connecting.connected(connecting(s, true, connectUntil), effects, nowNanos);
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
}
