package offhook.sdp;

import java.util.Optional;

/// Offer and answer on a trunk leg (RFC 3264).
@SuppressWarnings("DoNotCallSuggester") // a stub
final class TrunkOfferAnswer {

    private TrunkOfferAnswer() {}

    static TrunkAnswer answer(
            SessionDescription offer,
            TrunkCapabilities capabilities,
            Optional<SessionDescription> previous)
            throws SdpException {
        throw new UnsupportedOperationException("not yet");
    }

    static SessionDescription offer(
            TrunkCapabilities capabilities, Optional<SessionDescription> previous) {
        throw new UnsupportedOperationException("not yet");
    }

    static TrunkMedia accept(
            SessionDescription offer, SessionDescription answer, TrunkCapabilities capabilities)
            throws SdpException {
        throw new UnsupportedOperationException("not yet");
    }
}
