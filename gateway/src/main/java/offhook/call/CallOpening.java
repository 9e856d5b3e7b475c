package offhook.call;

import java.util.List;
import offhook.call.CallEffect.AnswerLeg;
import offhook.call.CallInput.EndRequested;
import offhook.call.CallInput.LegEnded;
import offhook.call.CallInput.MediaDescribed;
import offhook.call.CallInput.MediaRefused;
import offhook.call.CallInput.Woken;
import offhook.call.CallState.Opening;
import offhook.call.CallState.Waiting;

/// Decides what follows while the caller's media is being made. A pure function, as [CallMachine]
/// is.
final class CallOpening {

    private final IncomingCall incoming;
    private final LegId caller;
    private final CallTargets targets;

    CallOpening(IncomingCall incoming, LegId caller, CallTargets targets) {
        this.incoming = incoming;
        this.caller = caller;
        this.targets = targets;
    }

    Transition step(Opening s, CallInput input, long nowNanos) {
        return switch (input) {
            case MediaDescribed in when in.leg().equals(caller) -> {
                boolean first = incoming.connectsFirst();
                Waiting waiting = Waiting.of(in.local(), first, s.giveUpAtNanos());
                yield targets.attempt(
                        waiting,
                        0,
                        nowNanos,
                        first ? List.of(new AnswerLeg(caller, in.local())) : List.of(),
                        "caller's media is ready");
            }
            case MediaRefused in -> targets.over(in.cause(), List.of(), "caller's media refused");
            case Woken _ ->
                    nowNanos < s.giveUpAtNanos()
                            ? Transition.ignored(s)
                            : targets.over(
                                    EndCause.noAnswer(), List.of(), "caller waited long enough");
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
}
