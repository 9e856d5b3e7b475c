package offhook.call;

import java.util.List;
import java.util.Optional;
import offhook.call.CallEffect.AcceptMedia;
import offhook.call.CallEffect.AnswerUpdate;
import offhook.call.CallEffect.RefuseUpdate;
import offhook.call.CallEffect.UpdateMedia;
import offhook.call.CallInput.LegConfirmed;
import offhook.call.CallInput.LegRenegotiating;
import offhook.call.CallInput.MediaDescribed;
import offhook.call.CallInput.MediaRefused;
import offhook.call.CallState.Claiming;
import offhook.call.CallState.Connecting;
import offhook.call.CallState.Offering;
import offhook.call.CallState.Queued;
import offhook.call.CallState.Ringing;
import offhook.call.CallState.Waiting;

/// What peers say of media before the call is answered: their answer to our offer, or another offer
/// (RFC 3262 §5, RFC 3311 §5). A leg only tells what its protocol allows by then. Pure.
final class EarlyNegotiation {

    private final LegId caller;

    EarlyNegotiation(LegId caller) {
        this.caller = caller;
    }

    /// One step, if the input is about it.
    ///
    /// @param trunkRings whether the target that is being rung is a trunk
    Optional<Transition> step(CallState state, CallInput input, boolean trunkRings) {
        Optional<Waiting> waiting = waiting(state);
        if (waiting.isEmpty()) {
            return Optional.empty();
        }
        Optional<LegId> callee = trunkRings ? callee(state) : Optional.empty();
        return switch (input) {
            case LegConfirmed(LegId leg, var answer) when answer.isPresent() ->
                    just(state, new AcceptMedia(leg, answer.get()), "peer answered our offer");
            case LegRenegotiating(LegId leg, var offer) when isOf(leg, callee) ->
                    just(state, new UpdateMedia(leg, offer), "early renegotiation asked for");
            case LegRenegotiating(LegId leg, var offer) when connects(state, leg) ->
                    just(state, new UpdateMedia(leg, offer), "new offer while media connects");
            case MediaDescribed(LegId leg, var local) when leg.equals(caller) ->
                    just(
                            with(state, waiting.get().withLocal(local)),
                            new AnswerUpdate(leg, local),
                            "early renegotiation answered");
            case MediaDescribed(LegId leg, var local) when isOf(leg, callee) ->
                    just(state, new AnswerUpdate(leg, local), "early renegotiation answered");
            case MediaRefused(LegId leg, EndCause cause) when isOf(leg, callee) ->
                    just(state, new RefuseUpdate(leg, cause), "early renegotiation refused");
            default -> Optional.empty();
        };
    }

    /// Whether a leg's media is being connected: an agent's page may have to begin anew then.
    private static boolean connects(CallState state, LegId leg) {
        return state instanceof Connecting connecting && connecting.callee().equals(leg);
    }

    private boolean isOf(LegId leg, Optional<LegId> callee) {
        return leg.equals(caller) || callee.equals(Optional.of(leg));
    }

    private static Optional<Transition> just(CallState next, CallEffect effect, String reason) {
        return Optional.of(new Transition(next, List.of(effect), reason));
    }

    private static Optional<Waiting> waiting(CallState state) {
        return switch (state) {
            case Claiming s -> Optional.of(s.waiting());
            case Queued s -> Optional.of(s.waiting());
            case Offering s -> Optional.of(s.waiting());
            case Ringing s -> Optional.of(s.waiting());
            case Connecting s -> Optional.of(s.waiting());
            case CallState.Opening _,
                    CallState.Active _,
                    CallState.Transferring _,
                    CallState.Replacing _,
                    CallState.Ended _ ->
                    Optional.empty();
        };
    }

    /// The leg that rings and whose media stands; that of an offer being made does not yet.
    private static Optional<LegId> callee(CallState state) {
        return switch (state) {
            case Ringing s -> Optional.of(s.callee());
            case Connecting s -> Optional.of(s.callee());
            case CallState.Opening _,
                    Claiming _,
                    Queued _,
                    Offering _,
                    CallState.Active _,
                    CallState.Transferring _,
                    CallState.Replacing _,
                    CallState.Ended _ ->
                    Optional.empty();
        };
    }

    private static CallState with(CallState state, Waiting waiting) {
        return switch (state) {
            case Claiming s -> new Claiming(waiting, s.attempt(), s.token());
            case Queued s -> new Queued(waiting, s.attempt(), s.stay());
            case Offering s -> new Offering(waiting, s.attempt(), s.callee(), s.ringUntilNanos());
            case Ringing s ->
                    new Ringing(
                            waiting,
                            s.attempt(),
                            s.token(),
                            s.callee(),
                            s.early(),
                            s.ringUntilNanos());
            case Connecting s ->
                    new Connecting(
                            waiting,
                            s.attempt(),
                            s.token(),
                            s.callee(),
                            s.calleeConnected(),
                            s.joined(),
                            s.connectUntilNanos());
            case CallState.Opening _,
                    CallState.Active _,
                    CallState.Transferring _,
                    CallState.Replacing _,
                    CallState.Ended _ ->
                    state;
        };
    }
}
