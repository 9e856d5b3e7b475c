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

    /// To media: a leg hears nobody and is heard by nobody until it is joined again.
    record PartMedia(LegId leg) implements CallEffect {}

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

    /// To the directory: the reserved agent did not take the call, and is free again.
    ///
    /// @param missed whether the agent let it ring
    record ReturnClaim(ClaimToken token, boolean missed) implements CallEffect {}

    /// To the directory: the caller waits in a queue until it leaves.
    record EnterQueue(String queue, ClaimToken ticket) implements CallEffect {}

    /// To the directory: the caller waits in the queue no more.
    record LeaveQueue(ClaimToken ticket, QueueExit exit) implements CallEffect {}

    /// Ring a target on a new leg.
    ///
    /// @param offer our description; empty where the target makes the offer
    record RingTarget(LegId leg, Target target, Optional<SessionDescription> offer)
            implements CallEffect {}

    /// Ring a target of a transfer on a new leg.
    ///
    /// @param caller who the target is told calls
    /// @param order whom the transferor asked for, and what it gives along
    /// @param offer our description; empty where the target makes the offer
    record RingThird(
            LegId leg,
            Target target,
            Party caller,
            TransferOrder order,
            Optional<SessionDescription> offer)
            implements CallEffect {}

    /// To a leg: its peer is to call the target itself (RFC 3515). [CallInput.ReferTaken],
    /// [CallInput.ReferRings] and [CallInput.ReferOver] come back.
    ///
    /// @param target the number, and the trunk that it would be dialled on
    /// @param replaced the leg whose place the peer is to take there (RFC 3891)
    /// @param enclosed what goes along to the target
    record ReferLeg(LegId leg, Target.Trunk target, Optional<LegId> replaced, Enclosed enclosed)
            implements CallEffect {}

    /// To a leg: how the transfer goes that it asked for.
    record TellTransfer(LegId leg, TransferReport report) implements CallEffect {}

    /// To a leg: who it talks to from now on.
    record TellParty(LegId leg, Party party) implements CallEffect {}

    /// To a leg that rings: our description, which it asked for.
    record OfferLeg(LegId leg, SessionDescription local) implements CallEffect {}

    /// To a leg: somebody is being alerted.
    record AlertLeg(LegId leg, SessionDescription local) implements CallEffect {}

    /// To a leg: the far side sends sound before it accepts.
    record TellProgress(LegId leg, SessionDescription local) implements CallEffect {}

    /// To a leg: accepted, with our description.
    record AnswerLeg(LegId leg, SessionDescription local) implements CallEffect {}

    /// To a leg: the far side is connected.
    record TellConnected(LegId leg) implements CallEffect {}

    /// To a leg: its media goes by another connection of its peer from now on.
    record TellMoved(LegId leg) implements CallEffect {}

    /// To a leg: its renegotiation is answered.
    record AnswerUpdate(LegId leg, SessionDescription local) implements CallEffect {}

    /// To a leg: its renegotiation is refused.
    record RefuseUpdate(LegId leg, EndCause cause) implements CallEffect {}

    /// To a leg: a digit goes out by signalling.
    record SignalDigit(LegId leg, char digit, int durationMillis) implements CallEffect {}

    /// To a leg: the far side pressed a key.
    record ShowDigit(LegId leg, char digit) implements CallEffect {}

    /// To a leg: who holds the call.
    ///
    /// @param mine whether its own user does
    /// @param theirs whether the other party does
    record TellHold(LegId leg, boolean mine, boolean theirs) implements CallEffect {}

    /// To a leg: it is over.
    record EndLeg(LegId leg, EndCause cause) implements CallEffect {}

    /// To the owner: come back at this time with [CallInput.Woken].
    record WakeAt(long nanos) implements CallEffect {}
}
