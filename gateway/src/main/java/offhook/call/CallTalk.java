package offhook.call;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import offhook.call.CallEffect.AcceptMedia;
import offhook.call.CallEffect.AnswerUpdate;
import offhook.call.CallEffect.OpenMedia;
import offhook.call.CallEffect.RefuseUpdate;
import offhook.call.CallEffect.SendDigit;
import offhook.call.CallEffect.ShowDigit;
import offhook.call.CallEffect.SignalDigit;
import offhook.call.CallEffect.TellMoved;
import offhook.call.CallEffect.TellParty;
import offhook.call.CallEffect.UpdateMedia;
import offhook.call.CallInput.DigitForSignalling;
import offhook.call.CallInput.DigitReceived;
import offhook.call.CallInput.EndRequested;
import offhook.call.CallInput.LegConfirmed;
import offhook.call.CallInput.LegEnded;
import offhook.call.CallInput.LegRenegotiating;
import offhook.call.CallInput.LegReplacing;
import offhook.call.CallInput.MediaConnected;
import offhook.call.CallInput.MediaDescribed;
import offhook.call.CallInput.MediaRefused;
import offhook.call.CallInput.PartyKnown;
import offhook.call.CallInput.TransferCancelled;
import offhook.call.CallInput.TransferCompleted;
import offhook.call.CallInput.TransferRequested;
import offhook.call.CallInput.Woken;
import offhook.call.CallState.Active;
import offhook.call.CallState.Ended;
import offhook.call.CallState.Replacing;

/// Decides what follows while two parties hear each other. A pure function, as [CallMachine] is.
final class CallTalk {

    private final TransferMachine transfers;

    CallTalk(TransferMachine transfers) {
        this.transfers = transfers;
    }

    Transition step(Active s, CallInput input, long nowNanos) {
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
            case LegReplacing in -> CallRefusals.refuseReplacement(s, in);
            case PartyKnown in when s.has(in.leg()) -> onParty(s, in);
            case TransferRequested in when s.has(in.leg()) ->
                    HoldMachine.release(s, call -> transfers.start(call, in, nowNanos));
            case TransferRequested _, TransferCompleted _, TransferCancelled _ ->
                    Transition.ignored(s);
            case Woken _ -> nowNanos < s.endAtNanos() ? Transition.ignored(s) : callLimitReached(s);
            case LegEnded _,
                    EndRequested _,
                    CallInput.OfDirectory _,
                    CallInput.OfRinging _,
                    CallInput.OfMedia _,
                    CallInput.OfTalk _,
                    CallInput.OfRefer _ ->
                    Transition.ignored(s);
        };
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

    private static Transition callLimitReached(Active s) {
        return over(s, callLimit(), "call limit reached");
    }

    static EndCause callLimit() {
        return EndCause.gateway("call-limit", 200, 31, "the longest call is over");
    }

    static Transition over(Active s, EndCause cause, String reason) {
        List<CallEffect> effects = new ArrayList<>(TransferEnds.leave(s.other(), cause));
        effects.addAll(TransferEnds.leave(s.one(), cause));
        return new Transition(new Ended(cause), effects, reason);
    }
}
