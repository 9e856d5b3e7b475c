package offhook.call;

import java.util.Optional;
import offhook.sdp.SessionDescription;

/// Everything a call can do to the world. Data only; carried out by the call's owner, in order.
sealed interface CallEffect {

    /// To media: make a leg's media.
    record OpenMedia(LegId leg, MediaProfile profile, Optional<SessionDescription> offer)
            implements CallEffect {}

    /// To media: the peer renegotiates.
    record UpdateMedia(LegId leg, Optional<SessionDescription> offer) implements CallEffect {}

    /// To media: the peer answered our offer.
    record AcceptMedia(LegId leg, SessionDescription answer) implements CallEffect {}

    /// To media: two legs hear each other.
    record JoinMedia(LegId one, LegId other) implements CallEffect {}

    /// To media: a leg hears a sound of ours in place of whom it is joined to.
    record PlayMedia(LegId leg, Playback what) implements CallEffect {}

    /// To media: a leg hears again whom it is joined to.
    record StopMedia(LegId leg) implements CallEffect {}

    /// To media: a digit goes out; [CallInput.DigitForSignalling] comes back where it must go
    /// another way.
    record SendDigit(LegId leg, char digit, int durationMillis) implements CallEffect {}

    /// To media: a leg's media ends.
    record CloseMedia(LegId leg) implements CallEffect {}

    /// To the directory: reserve an agent.
    record ClaimAgent(String agent, ClaimToken token) implements CallEffect {}

    /// To the directory: the reserved agent answered.
    record ConfirmClaim(ClaimToken token) implements CallEffect {}

    /// To the directory: the agent is free again.
    record ReleaseClaim(ClaimToken token) implements CallEffect {}

    /// Ring a target on a new leg.
    ///
    /// @param offer our description; empty where the target makes the offer
    record RingTarget(LegId leg, Target target, Optional<SessionDescription> offer)
            implements CallEffect {}

    /// To a leg: somebody is being alerted.
    record AlertLeg(LegId leg, SessionDescription local) implements CallEffect {}

    /// To a leg: the far side sends sound before it accepts.
    record TellProgress(LegId leg, SessionDescription local) implements CallEffect {}

    /// To a leg: accepted, with our description.
    record AnswerLeg(LegId leg, SessionDescription local) implements CallEffect {}

    /// To a leg: the far side is connected.
    record TellConnected(LegId leg) implements CallEffect {}

    /// To a leg: its renegotiation is answered.
    record AnswerUpdate(LegId leg, SessionDescription local) implements CallEffect {}

    /// To a leg: its renegotiation is refused.
    record RefuseUpdate(LegId leg, EndCause cause) implements CallEffect {}

    /// To a leg: a digit goes out by signalling.
    record SignalDigit(LegId leg, char digit, int durationMillis) implements CallEffect {}

    /// To a leg: the far side pressed a key.
    record ShowDigit(LegId leg, char digit) implements CallEffect {}

    /// To a leg: it is over.
    record EndLeg(LegId leg, EndCause cause) implements CallEffect {}

    /// To the owner: come back at this time with [CallInput.Woken].
    record WakeAt(long nanos) implements CallEffect {}
}
