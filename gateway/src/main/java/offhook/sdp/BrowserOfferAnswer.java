package offhook.sdp;

import java.util.Optional;

/// Answer on a browser leg (RFC 8829).
@SuppressWarnings("DoNotCallSuggester") // a stub
final class BrowserOfferAnswer {

    private BrowserOfferAnswer() {}

    static BrowserAnswer answer(
            SessionDescription offer,
            BrowserCapabilities capabilities,
            Optional<SessionDescription> previous)
            throws SdpException {
        throw new UnsupportedOperationException("not yet");
    }
}
