package offhook.call;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import offhook.call.CallEffect.AcceptMedia;
import offhook.call.CallEffect.AnswerUpdate;
import offhook.call.CallEffect.RefuseUpdate;
import offhook.call.CallEffect.ReleaseClaim;
import offhook.call.CallEffect.SendDigit;
import offhook.call.CallEffect.ShowDigit;
import offhook.call.CallEffect.SignalDigit;
import offhook.call.CallEffect.TellParty;
import offhook.call.CallEffect.TellTransfer;
import offhook.call.CallEffect.UpdateMedia;
import offhook.call.CallInput.AgentClaimed;
import offhook.call.CallInput.DigitForSignalling;
import offhook.call.CallInput.DigitReceived;
import offhook.call.CallInput.EndRequested;
import offhook.call.CallInput.LegConfirmed;
import offhook.call.CallInput.LegEnded;
import offhook.call.CallInput.LegRenegotiating;
import offhook.call.CallInput.LegReplacing;
import offhook.call.CallInput.MediaConnected;
import offhook.call.CallInput.MediaDescribed;
import offhook.call.CallInput.MediaFailed;
import offhook.call.CallInput.MediaRefused;
import offhook.call.CallInput.TransferCancelled;
import offhook.call.CallInput.TransferRequested;
import offhook.call.CallInput.Woken;
import offhook.call.CallState.Active;
import offhook.call.CallState.Transferring;
import offhook.call.TransferState.Claiming;
import offhook.call.TransferState.Connecting;
import offhook.call.TransferState.Consulting;
import offhook.call.TransferState.Offering;
import offhook.call.TransferState.Queued;
import offhook.call.TransferState.Referring;
import offhook.call.TransferState.Ringing;

/// Decides what means the same in every state of a transfer: what the parties themselves do. A pure
/// function, as [CallMachine] is.
final class TransferParties {

    private TransferParties() {}

    /// What means the same in every state: what the parties themselves do.
    static Optional<Transition> step(Transferring s, CallInput input, long nowNanos) {
        TransferTask task = s.transfer().task();
        return switch (input) {
            case EndRequested in ->
                    Optional.of(TransferEnds.over(s.transfer(), in.cause(), "end requested"));
            case Woken _ when nowNanos >= s.before().endAtNanos() ->
                    Optional.of(
                            TransferEnds.over(
                                    s.transfer(), CallTalk.callLimit(), "call limit reached"));
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
            case TransferRequested in ->
                    Optional.of(TransferEnds.refused(s, in.leg(), TransferEnds.notNow()));
            case LegReplacing in -> Optional.of(CallRefusals.refuseReplacement(s, in));
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
                                    new RefuseUpdate(in.leg(), CallRefusals.notAnsweredYet()),
                                    "renegotiation before the answer"));
            case DigitForSignalling in ->
                    Optional.of(
                            same(
                                    s,
                                    new SignalDigit(in.leg(), in.digit(), in.durationMillis()),
                                    "digit by signalling"));
            case DigitReceived in -> Optional.of(onDigit(s, in));
            case MediaConnected in when s.before().has(in.leg()) ->
                    Optional.of(CallTalk.moved(s, in.leg()));
            case AgentClaimed in
                    when !(s.transfer() instanceof Queued)
                            && !(s.transfer() instanceof Claiming c
                                    && c.token().equals(in.token())) ->
                    Optional.of(same(s, new ReleaseClaim(in.token()), "late reservation returned"));
            case LegEnded _,
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
    private static Transition onWaitingGone(Transferring s, EndCause cause, String reason) {
        TransferTask task = s.transfer().task();
        if (s.transfer() instanceof Consulting(_, Seat target) && task.transferor().isPresent()) {
            Seat transferor = task.transferor().get();
            List<CallEffect> effects = new ArrayList<>(TransferEnds.leave(task.waiting(), cause));
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
        return TransferEnds.over(s.transfer(), cause, reason);
    }

    private static Transition onTransferorGone(Transferring s, EndCause cause) {
        TransferTask before = s.transfer().task();
        TransferTask task = before.withoutTransferor();
        List<CallEffect> effects =
                new ArrayList<>(
                        before.transferor()
                                .map(seat -> TransferEnds.leave(seat, cause))
                                .orElse(List.of()));
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
                    TransferEnds.join(task.waiting().leg(), t.target().leg(), effects);
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
                Transition joined = TransferEnds.joined(s.before(), task, t.target(), reason);
                effects.addAll(joined.effects());
                yield new Transition(joined.next(), effects, reason);
            }
        };
    }

    private static Transition onCancelled(Transferring s) {
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
                    .map(seat -> TransferEnds.refused(s, seat.leg(), TransferEnds.notNow()))
                    .orElseGet(() -> Transition.ignored(s));
        }
        return TransferEnds.returned(
                s.before(),
                s.transfer().task(),
                cause,
                TransferEnds.giveBack(s.transfer(), cause),
                "transfer cancelled");
    }
}
