package offhook.call;

import java.util.List;
import java.util.Optional;
import offhook.call.CallEffect.EndLeg;
import offhook.call.CallEffect.RefuseUpdate;
import offhook.call.CallInput.EndRequested;
import offhook.call.CallInput.LegEnded;
import offhook.call.CallInput.LegRenegotiating;
import offhook.call.CallInput.LegReplacing;
import offhook.call.CallInput.TransferRequested;
import offhook.call.CallInput.Woken;

/// What a peer asks for that a call cannot do in its state. Pure.
final class CallRefusals {

    private CallRefusals() {}

    /// What nobody can be asked for before two parties talk.
    static Optional<Transition> beforeTheTalk(CallState s, CallInput input) {
        return switch (input) {
            case LegRenegotiating in -> Optional.of(refuseEarlyUpdate(s, in));
            case LegReplacing in -> Optional.of(refuseReplacement(s, in));
            case TransferRequested in ->
                    Optional.of(TransferEnds.refused(s, in.leg(), TransferEnds.notNow()));
            case LegEnded _,
                    EndRequested _,
                    Woken _,
                    CallInput.OfDirectory _,
                    CallInput.OfRinging _,
                    CallInput.OfMedia _,
                    CallInput.OfTalk _,
                    CallInput.OfTransfer _,
                    CallInput.OfRefer _ ->
                    Optional.empty();
        };
    }

    static Transition refuseReplacement(CallState s, LegReplacing in) {
        return new Transition(
                s,
                List.of(new EndLeg(in.arriving(), TransferEnds.notNow())),
                "replacement refused");
    }

    static Transition refuseEarlyUpdate(CallState s, LegRenegotiating in) {
        return new Transition(
                s,
                List.of(new RefuseUpdate(in.leg(), notAnsweredYet())),
                "renegotiation before the answer");
    }

    static EndCause notAnsweredYet() {
        return EndCause.gateway("not-answered-yet", 491, 127, "the call is not answered");
    }
}
