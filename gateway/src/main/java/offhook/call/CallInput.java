package offhook.call;

import java.util.Map;
import java.util.Optional;
import offhook.sdp.SessionDescription;

/// Everything that can happen to a call. Data only; made by any thread, handled by the call's own.
///
/// Inputs are grouped by what they are about, so that a state that a whole group does not concern
/// can say so in one word.
public sealed interface CallInput {

    /// A leg that we ring, on its way to being accepted.
    sealed interface OfRinging extends CallInput {}

    /// What becomes of a leg's media.
    sealed interface OfMedia extends CallInput {}

    /// What the peers of legs do that are accepted.
    sealed interface OfTalk extends CallInput {}

    /// What the directory of agents replies.
    sealed interface OfDirectory extends CallInput {}

    /// What a party wants of a transfer.
    sealed interface OfTransfer extends CallInput {}

    /// What becomes of our asking a peer to call somebody itself.
    sealed interface OfRefer extends CallInput {}

    /// A leg that we ring needs our description to ring its peer with; it comes by [Leg#offered].
    record OfferWanted(LegId leg) implements OfRinging {}

    /// A leg that we rang has told its user.
    record LegAlerting(LegId leg) implements OfRinging {}

    /// A leg that we rang sends sound before it is accepted (SIP 183 with a description).
    ///
    /// @param answer the peer's answer to our offer
    record LegProgressing(LegId leg, SessionDescription answer) implements OfRinging {}

    /// A leg that we rang was accepted by its user.
    ///
    /// @param description the peer's offer (a browser) or answer (SIP); empty when the answer came
    ///   before, with [LegProgressing]
    /// @param answers whether a browser's description answers our offer, see [Leg#offered]
    /// @param headers header fields of the answer, as far as they were let in; text from outside
    record LegAccepted(
            LegId leg,
            Optional<SessionDescription> description,
            boolean answers,
            Map<String, String> headers)
            implements OfRinging {

        /// Of a peer that has its one way to answer.
        public LegAccepted(
                LegId leg, Optional<SessionDescription> description, Map<String, String> headers) {
            this(leg, description, false, headers);
        }

        /// Without header fields.
        public LegAccepted(LegId leg, Optional<SessionDescription> description) {
            this(leg, description, Map.of());
        }
    }

    /// The peer confirmed our answer (SIP ACK).
    ///
    /// @param answer the peer's answer when our 200 carried an offer
    record LegConfirmed(LegId leg, Optional<SessionDescription> answer) implements OfTalk {}

    /// The peer wants other media (SIP re-INVITE or UPDATE).
    ///
    /// @param offer its offer; empty when we are to offer
    record LegRenegotiating(LegId leg, Optional<SessionDescription> offer) implements OfTalk {}

    /// The leg is over: refused, cancelled, hung up, lost. Comes once a leg.
    record LegEnded(LegId leg, EndCause cause) implements CallInput {}

    /// Media made our description for the leg: an answer, or an offer when there was none.
    record MediaDescribed(LegId leg, SessionDescription local) implements OfMedia {}

    /// Media cannot serve what the peer described; media of the leg is as before.
    record MediaRefused(LegId leg, EndCause cause) implements OfMedia {}

    /// The leg's media can flow (ICE and DTLS are done; at once for plain RTP).
    record MediaConnected(LegId leg) implements OfMedia {}

    /// The leg's media is gone for good.
    record MediaFailed(LegId leg, EndCause cause) implements OfMedia {}

    /// The leg's media has ended and its ports are given back.
    record MediaClosed(LegId leg, MediaSummary summary) implements OfMedia {}

    /// The peer of a leg pressed a key.
    ///
    /// @param digit one of 0-9 * # A-D
    /// @param durationMillis how long
    /// @param path how we know
    record DigitReceived(LegId leg, char digit, int durationMillis, DigitPath path)
            implements OfTalk {}

    /// A digit for a leg that takes digits by signalling, not in its media.
    record DigitForSignalling(LegId leg, char digit, int durationMillis) implements OfTalk {}

    /// The agent is reserved for this call.
    record AgentClaimed(String agent, ClaimToken token) implements OfDirectory {}

    /// The agent cannot take the call; or, of a queue's ticket, the caller cannot wait there.
    ///
    /// @param agent the agent, or the queue
    /// @param reason a stable key: `offline`, `away`, `busy`, `timeout`; of a queue also `full`
    record AgentRefused(String agent, ClaimToken token, String reason) implements OfDirectory {}

    /// The caller is in the queue, and nobody is free.
    record QueueWaiting(ClaimToken ticket) implements OfDirectory {}

    /// A party wants the other one to be led on to somebody else.
    record TransferRequested(LegId leg, TransferOrder order) implements OfTransfer {}

    /// A party that consults wants the transfer to be done now.
    record TransferCompleted(LegId leg) implements OfTransfer {}

    /// A party wants the one back whom it is transferring.
    record TransferCancelled(LegId leg) implements OfTransfer {}

    /// The peer of a leg agreed to call the target of a transfer itself (202 to REFER).
    record ReferTaken(LegId leg) implements OfRefer {}

    /// The target that the peer of a leg calls rings.
    record ReferRings(LegId leg) implements OfRefer {}

    /// What became of a request that the peer of a leg call a target itself.
    ///
    /// @param refused whether the peer, or we for it, would not do so at all; otherwise the cause
    ///   is what the target said, and a `sipCode` of 200 means that it answered
    record ReferOver(LegId leg, boolean refused, EndCause cause) implements OfRefer {}

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
            implements OfTalk {}

    /// Whoever is at the other end of a leg is somebody else now, or known better.
    record PartyKnown(LegId leg, Party party) implements OfTalk {}

    /// A party is kept from the talk, or is back.
    record HoldChanged(LegId leg, HoldSign sign) implements OfTalk {}

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
