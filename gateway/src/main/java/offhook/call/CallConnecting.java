package offhook.call;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import offhook.call.CallEffect.AnswerLeg;
import offhook.call.CallEffect.JoinMedia;
import offhook.call.CallEffect.TellConnected;
import offhook.call.CallEffect.WakeAt;
import offhook.call.CallInput.EndRequested;
import offhook.call.CallInput.LegEnded;
import offhook.call.CallInput.MediaConnected;
import offhook.call.CallInput.MediaDescribed;
import offhook.call.CallInput.MediaFailed;
import offhook.call.CallInput.MediaRefused;
import offhook.call.CallInput.Woken;
import offhook.call.CallState.Active;
import offhook.call.CallState.Connecting;
import offhook.call.CallState.Waiting;

/// Decides what follows when the target said yes and media of both is being connected. A pure
/// function, as [CallMachine] is.
final class CallConnecting {

    private final IncomingCall incoming;
    private final CallLimits limits;
    private final LegId caller;
    private final CallTargets targets;

    CallConnecting(IncomingCall incoming, CallLimits limits, LegId caller, CallTargets targets) {
        this.incoming = incoming;
        this.limits = limits;
        this.caller = caller;
        this.targets = targets;
    }

    Transition step(Connecting s, CallInput input, long nowNanos) {
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
                    targets.next(
                            s.waiting(), s.attempt(), s.token(), s.callee(), in.cause(), nowNanos);
            case MediaFailed in when in.leg().equals(s.callee()) ->
                    targets.next(
                            s.waiting(), s.attempt(), s.token(), s.callee(), in.cause(), nowNanos);
            case LegEnded in when in.leg().equals(s.callee()) ->
                    targets.next(
                            s.waiting(), s.attempt(), s.token(), s.callee(), in.cause(), nowNanos);
            case Woken _ ->
                    nowNanos < s.connectUntilNanos()
                            ? Transition.ignored(s)
                            : targets.next(
                                    s.waiting(),
                                    s.attempt(),
                                    s.token(),
                                    s.callee(),
                                    EndCause.mediaTimeout(),
                                    nowNanos);
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
    Transition connected(Connecting s, List<CallEffect> before, long nowNanos) {
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
        effects.addAll(targets.heard(s.waiting(), new TellConnected(s.callee())));
        effects.add(new WakeAt(endAt));
        return new Transition(
                new Active(
                        new Seat(caller, Optional.empty(), incoming.shownCaller()),
                        new Seat(s.callee(), s.token(), targets.target(s.attempt()).party()),
                        targets.legs(s.waiting()),
                        endAt),
                effects,
                "media of both stands");
    }
}
