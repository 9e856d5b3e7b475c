package offhook.call;

import java.util.Map;
import java.util.Optional;
import offhook.sdp.SessionDescription;

/// Everything that can happen to a call. Data only; made by any thread, handled by the call's own.
public sealed interface CallInput {

    /// A leg that we rang has told its user.
    record LegAlerting(LegId leg) implements CallInput {}

    /// A leg that we rang sends sound before it is accepted (SIP 183 with a description).
    ///
    /// @param answer the peer's answer to our offer
    record LegProgressing(LegId leg, SessionDescription answer) implements CallInput {}

    /// A leg that we rang was accepted by its user.
    ///
    /// @param description the peer's offer (a browser) or answer (SIP); empty when the answer came
    ///   before, with [LegProgressing]
    /// @param headers header fields of the answer, as far as they were let in; text from outside
    record LegAccepted(
            LegId leg, Optional<SessionDescription> description, Map<String, String> headers)
            implements CallInput {

        /// Without header fields.
        public LegAccepted(LegId leg, Optional<SessionDescription> description) {
            this(leg, description, Map.of());
        }
    }

    /// The peer confirmed our answer (SIP ACK).
    ///
    /// @param answer the peer's answer when our 200 carried an offer
    record LegConfirmed(LegId leg, Optional<SessionDescription> answer) implements CallInput {}

    /// The peer wants other media (SIP re-INVITE or UPDATE).
    ///
    /// @param offer its offer; empty when we are to offer
    record LegRenegotiating(LegId leg, Optional<SessionDescription> offer) implements CallInput {}

    /// The leg is over: refused, cancelled, hung up, lost. Comes once a leg.
    record LegEnded(LegId leg, EndCause cause) implements CallInput {}

    /// Media made our description for the leg: an answer, or an offer when there was none.
    record MediaDescribed(LegId leg, SessionDescription local) implements CallInput {}

    /// Media cannot serve what the peer described; media of the leg is as before.
    record MediaRefused(LegId leg, EndCause cause) implements CallInput {}

    /// The leg's media can flow (ICE and DTLS are done; at once for plain RTP).
    record MediaConnected(LegId leg) implements CallInput {}

    /// The leg's media is gone for good.
    record MediaFailed(LegId leg, EndCause cause) implements CallInput {}

    /// The leg's media has ended and its ports are given back.
    record MediaClosed(LegId leg, MediaSummary summary) implements CallInput {}

    /// The peer of a leg pressed a key.
    ///
    /// @param digit one of 0-9 * # A-D
    /// @param durationMillis how long
    /// @param path how we know
    record DigitReceived(LegId leg, char digit, int durationMillis, DigitPath path)
            implements CallInput {}

    /// A digit for a leg that takes digits by signalling, not in its media.
    record DigitForSignalling(LegId leg, char digit, int durationMillis) implements CallInput {}

    /// The agent is reserved for this call.
    record AgentClaimed(String agent, ClaimToken token) implements CallInput {}

    /// The agent cannot take the call.
    ///
    /// @param reason a stable key: `offline`, `away`, `busy`, `timeout`
    record AgentRefused(String agent, ClaimToken token, String reason) implements CallInput {}

    /// A party wants the other one to be led on to somebody else.
    record TransferRequested(LegId leg, TransferOrder order) implements CallInput {}

    /// A party that consults wants the transfer to be done now.
    record TransferCompleted(LegId leg) implements CallInput {}

    /// A party wants the one back whom it is transferring.
    record TransferCancelled(LegId leg) implements CallInput {}

    /// The peer of a leg agreed to call the target of a transfer itself (202 to REFER).
    record ReferTaken(LegId leg) implements CallInput {}

    /// The target that the peer of a leg calls rings.
    record ReferRings(LegId leg) implements CallInput {}

    /// What became of a request that the peer of a leg call a target itself.
    ///
    /// @param refused whether the peer, or we for it, would not do so at all; otherwise the cause
    ///   is what the target said, and a `sipCode` of 200 means that it answered
    record ReferOver(LegId leg, boolean refused, EndCause cause) implements CallInput {}

    /// A new leg takes the place of one of the call's (SIP INVITE with Replaces).
    ///
    /// @param old whose place
    /// @param arriving the new leg's identity
    /// @param leg its signalling
    /// @param caller who is at its other end
    /// @param offer its session description; empty when we are to offer
    record LegReplacing(
            LegId old,
            LegId arriving,
            Leg leg,
            Party caller,
            MediaProfile media,
            Optional<SessionDescription> offer)
            implements CallInput {}

    /// Whoever is at the other end of a leg is somebody else now, or known better.
    record PartyKnown(LegId leg, Party party) implements CallInput {}

    /// A party is kept from the talk, or is back.
    record HoldChanged(LegId leg, HoldSign sign) implements CallInput {}

    /// A deadline that the call asked for may have passed.
    record Woken() implements CallInput {}

    /// Somebody above the call ends it.
    record EndRequested(EndCause cause) implements CallInput {}

    /// Whether the input can end the call, and so may use the mailbox's reserved slots.
    default boolean isEnding() {
        return this instanceof LegEnded
                || this instanceof MediaFailed
                || this instanceof MediaClosed
                || this instanceof EndRequested
                || this instanceof Woken;
    }
}
