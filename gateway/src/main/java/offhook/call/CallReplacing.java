package offhook.call;

import java.util.ArrayList;
import java.util.List;
import java.util.function.Supplier;
import offhook.call.CallEffect.AnswerLeg;
import offhook.call.CallEffect.JoinMedia;
import offhook.call.CallEffect.TellParty;
import offhook.call.CallInput.EndRequested;
import offhook.call.CallInput.LegEnded;
import offhook.call.CallInput.LegReplacing;
import offhook.call.CallInput.MediaDescribed;
import offhook.call.CallInput.MediaFailed;
import offhook.call.CallInput.MediaRefused;
import offhook.call.CallInput.TransferRequested;
import offhook.call.CallInput.Woken;
import offhook.call.CallState.Active;
import offhook.call.CallState.Ended;
import offhook.call.CallState.Replacing;

/// Decides what follows while a leg is about to take the place of one of two that talk. A pure
/// function, as [CallMachine] is.
final class CallReplacing {

    private CallReplacing() {}

    /// Whatever is not about the leg that arrives happens to the two that talk.
    ///
    /// @param meanwhile what that is
    static Transition step(Replacing s, CallInput input, Supplier<Transition> meanwhile) {
        LegId arriving = s.arriving().leg();
        return switch (input) {
            case MediaDescribed in when in.leg().equals(arriving) -> {
                Active after = s.before().with(s.old(), s.arriving());
                LegId stays = after.facing(arriving).leg();
                List<CallEffect> effects = new ArrayList<>();
                effects.add(new JoinMedia(arriving, stays));
                effects.add(new AnswerLeg(arriving, in.local()));
                effects.addAll(TransferEnds.leave(s.before().seat(s.old()), EndCause.replaced()));
                effects.add(new TellParty(stays, s.arriving().party()));
                effects.add(new TellParty(arriving, after.facing(arriving).party()));
                yield new Transition(after, effects, "a leg took the place of another");
            }
            case MediaRefused in when in.leg().equals(arriving) -> notReplaced(s, in.cause());
            case MediaFailed in when in.leg().equals(arriving) -> notReplaced(s, in.cause());
            case LegEnded in when in.leg().equals(arriving) -> notReplaced(s, in.cause());
            case LegReplacing in -> CallRefusals.refuseReplacement(s, in);
            case TransferRequested in -> TransferEnds.refused(s, in.leg(), TransferEnds.notNow());
            case LegEnded _,
                    EndRequested _,
                    Woken _,
                    CallInput.OfDirectory _,
                    CallInput.OfRinging _,
                    CallInput.OfMedia _,
                    CallInput.OfTalk _,
                    CallInput.OfTransfer _,
                    CallInput.OfRefer _ -> {
                Transition rest = meanwhile.get();
                CallState next =
                        rest.next() instanceof Active active
                                ? new Replacing(active, s.old(), s.arriving())
                                : rest.next();
                List<CallEffect> effects = new ArrayList<>(rest.effects());
                if (next instanceof Ended(EndCause cause)) {
                    effects.addAll(TransferEnds.leave(s.arriving(), cause));
                }
                yield new Transition(next, effects, rest.reason());
            }
        };
    }

    private static Transition notReplaced(Replacing s, EndCause cause) {
        return new Transition(
                s.before(),
                TransferEnds.leave(s.arriving(), cause),
                "no leg took the place of another: " + cause.reason());
    }
}
