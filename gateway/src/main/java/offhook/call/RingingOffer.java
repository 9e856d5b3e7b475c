package offhook.call;

import java.util.List;
import java.util.Optional;
import offhook.call.CallEffect.AcceptMedia;
import offhook.call.CallEffect.OfferLeg;
import offhook.call.CallEffect.OpenMedia;
import offhook.call.CallInput.LegAccepted;
import offhook.call.CallInput.MediaDescribed;
import offhook.call.CallInput.OfferWanted;
import offhook.call.CallState.Queued;
import offhook.call.CallState.Ringing;
import offhook.call.CallState.Transferring;
import offhook.sdp.OfferAnswer;

/// Our offer to an agent who rings, for devices that cannot be rung without: a SIP phone in a
/// browser. A page of the same agent may still be the one that answers, with an offer of its own,
/// which then counts. Pure.
final class RingingOffer {

    private final LegId caller;
    private final CodecPreference prefer;

    RingingOffer(LegId caller, CodecPreference prefer) {
        this.caller = caller;
        this.prefer = prefer;
    }

    /// One step, if the input is about it.
    Optional<Transition> step(CallState state, CallInput input) {
        return switch (input) {
            case OfferWanted(LegId leg) ->
                    Optional.of(
                            ringing(state, leg)
                                    .map(profile ->
                                            new Transition(
                                                    state,
                                                    List.of(
                                                            new OpenMedia(
                                                                    leg,
                                                                    profile,
                                                                    Optional.empty())),
                                                    "target needs our offer"))
                                    .orElseGet(() -> Transition.ignored(state)));
            case MediaDescribed(LegId leg, var local) when OfferAnswer.isOfferToBrowser(local) ->
                    Optional.of(
                            ringing(state, leg)
                                    .map(_ ->
                                            new Transition(
                                                    state,
                                                    List.of(new OfferLeg(leg, local)),
                                                    "our offer is ready"))
                                    .orElseGet(() -> Transition.ignored(state)));
            default -> Optional.empty();
        };
    }

    /// The media of a leg, if it is the agent's that rings.
    private Optional<MediaProfile.Browser> ringing(CallState state, LegId leg) {
        if (state instanceof Ringing s && s.token().isPresent() && s.callee().equals(leg)) {
            return Optional.of(new MediaProfile.Browser(prefer, Optional.of(caller)));
        }
        if (state instanceof Queued s && s.stay().rung(leg).isPresent()) {
            return Optional.of(new MediaProfile.Browser(prefer, Optional.of(caller)));
        }
        if (state instanceof Transferring(_, TransferState.Queued s)
                && s.stay().rung(leg).isPresent()) {
            return Optional.of(
                    new MediaProfile.Browser(
                            s.task().prefer(), Optional.of(s.task().waiting().leg())));
        }
        if (state instanceof Transferring(_, TransferState.Ringing s)
                && s.target().token().isPresent()
                && s.target().leg().equals(leg)) {
            return Optional.of(
                    new MediaProfile.Browser(
                            s.task().prefer(), Optional.of(s.task().waiting().leg())));
        }
        return Optional.empty();
    }

    /// What the agent's acceptance is to media.
    static CallEffect accepted(LegAccepted in, MediaProfile.Browser profile) {
        return in.answers() && in.description().isPresent()
                ? new AcceptMedia(in.leg(), in.description().get())
                : new OpenMedia(in.leg(), profile, in.description());
    }
}
