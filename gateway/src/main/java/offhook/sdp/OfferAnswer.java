package offhook.sdp;

import java.util.Optional;

/// The offer/answer model (RFC 3264; RFC 8829 for browsers) as pure functions. `previous` is the
/// last description of ours in the same session, when there is one: its session id is kept, its
/// version counts up, unless nothing changed (RFC 3264 §8).
public final class OfferAnswer {

    private OfferAnswer() {}

    /// Answers a trunk's offer, the first one or one of a re-INVITE.
    ///
    /// @throws SdpException 488 when there is no audio we can serve
    public static TrunkAnswer answerTrunk(
            SessionDescription offer,
            TrunkCapabilities capabilities,
            Optional<SessionDescription> previous)
            throws SdpException {
        return TrunkOfferAnswer.answer(offer, capabilities, previous);
    }

    /// Makes our offer, for an INVITE without one or for a call that we place.
    public static SessionDescription offerTrunk(
            TrunkCapabilities capabilities, Optional<SessionDescription> previous) {
        return TrunkOfferAnswer.offer(capabilities, previous);
    }

    /// Reads a trunk's answer to our offer.
    ///
    /// @throws SdpException 488 when it does not answer that offer
    public static TrunkMedia acceptTrunkAnswer(
            SessionDescription offer, SessionDescription answer, TrunkCapabilities capabilities)
            throws SdpException {
        return TrunkOfferAnswer.accept(offer, answer, capabilities);
    }

    /// Makes our offer to a browser, as ICE-lite, DTLS-passive side.
    public static SessionDescription offerBrowser(BrowserCapabilities capabilities) {
        return BrowserOffer.offer(capabilities);
    }

    /// Reads a browser's answer to our offer.
    ///
    /// @throws SdpException 488 when it does not answer that offer
    public static BrowserMedia acceptBrowserAnswer(
            SessionDescription offer, SessionDescription answer, BrowserCapabilities capabilities)
            throws SdpException {
        return BrowserOffer.accept(offer, answer, capabilities);
    }

    /// Whether a description of ours is an offer to a browser, rather than an answer.
    public static boolean isOfferToBrowser(SessionDescription local) {
        return BrowserOffer.isOne(local);
    }

    /// Answers a browser's offer as ICE-lite, DTLS-passive side.
    ///
    /// @throws SdpException 488 when there is no audio we can serve safely
    public static BrowserAnswer answerBrowser(
            SessionDescription offer,
            BrowserCapabilities capabilities,
            Optional<SessionDescription> previous)
            throws SdpException {
        return BrowserOfferAnswer.answer(offer, capabilities, previous);
    }
}
