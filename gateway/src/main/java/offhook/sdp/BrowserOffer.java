package offhook.sdp;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import offhook.sdp.MediaSection.Dtls;
import offhook.sdp.MediaSection.HeaderExtension;
import offhook.sdp.MediaSection.Ice;
import offhook.sdp.MediaSection.Rtcp;
import offhook.sdp.MediaSection.Source;

/// Offer on a browser leg, for a phone in a browser that is called as SIP calls (RFC 3261 §13.2.1):
/// one audio section over DTLS-SRTP, ICE-lite on our side, one transport. The browser opens the
/// DTLS association, as it does whenever it may choose (RFC 8842 §5.3).
final class BrowserOffer {

    private static final String MID = "0";
    private static final int AUDIO_LEVEL_ID = 1;
    private static final int EVENTS_TYPE = 126;
    private static final int WIDE_EVENTS_TYPE = 110;
    private static final int NARROW_HZ = 8000;

    private BrowserOffer() {}

    static SessionDescription offer(BrowserCapabilities ours) {
        List<RtpFormat> formats = formats(ours);
        MediaSection section =
                new MediaSection(
                        "audio",
                        ours.port(),
                        "UDP/TLS/RTP/SAVPF",
                        formats,
                        LocalSections.formatList(formats),
                        Optional.of(ours.address()),
                        ours.wanted(),
                        OptionalInt.of(BrowserOfferAnswer.PTIME_MILLIS),
                        OptionalInt.empty(),
                        new Rtcp(OptionalInt.empty(), Optional.empty(), true, true),
                        new Ice(
                                Optional.of(ours.ice()),
                                List.of(),
                                BrowserOfferAnswer.candidates(ours),
                                true),
                        new Dtls(List.of(ours.fingerprint()), Optional.of(Setup.ACTPASS)),
                        Optional.of(MID),
                        List.of(
                                new HeaderExtension(
                                        AUDIO_LEVEL_ID,
                                        Optional.empty(),
                                        BrowserOfferAnswer.AUDIO_LEVEL)),
                        List.of(new Source(ours.ssrc(), "cname:" + ours.cname())),
                        Optional.of(ours.msid()));
        return LocalSections.describe(
                ours.sessionId(),
                ours.address(),
                true,
                List.of(MID),
                List.of(section),
                Optional.empty());
    }

    /// What is served, each under a number of ours; digits at the clock of the first codec alone
    /// (RFC 4733 §2.1), or browsers that have a choice send them at another clock than the audio.
    private static List<RtpFormat> formats(BrowserCapabilities ours) {
        List<RtpFormat> formats = new ArrayList<>();
        for (String codec : ours.codecs()) {
            formats.add(
                    switch (codec) {
                        case "opus" -> BrowserOfferAnswer.ours(BrowserOfferAnswer.OPUS, ours);
                        case "PCMU" -> RtpFormat.of(0, codec, NARROW_HZ);
                        case "PCMA" -> RtpFormat.of(8, codec, NARROW_HZ);
                        case "G722" -> RtpFormat.of(9, codec, NARROW_HZ); // RFC 3551 §4.5.2
                        default -> throw new IllegalArgumentException(codec + " of a browser");
                    });
        }
        if (ours.telephoneEvent()) {
            int hz = formats.getFirst().clockRateHz();
            formats.add(
                    BrowserOfferAnswer.events(
                            hz == NARROW_HZ ? EVENTS_TYPE : WIDE_EVENTS_TYPE, hz));
        }
        return formats;
    }

    static BrowserMedia accept(
            SessionDescription offer, SessionDescription answer, BrowserCapabilities ours)
            throws SdpException {
        MediaSection answered = BrowserOfferAnswer.audio(answer);
        if (answered.dtls().setup().filter(Setup.ACTIVE::equals).isEmpty()) {
            throw BrowserOfferAnswer.refusal("a=setup:active is required, as we are passive");
        }
        if (!answered.rtcp().mux()) {
            throw BrowserOfferAnswer.refusal("a=rtcp-mux is required");
        }
        MediaSection offered = offer.media().getFirst();
        List<RtpFormat> common =
                LocalSections.common(answered.formats(), BrowserOfferAnswer.served(ours));
        if (common.isEmpty()) {
            throw BrowserOfferAnswer.refusal(
                    "no codec of " + LocalSections.encodings(offered.formats()) + " was taken");
        }
        RtpFormat send = common.getFirst();
        return new BrowserMedia(
                BrowserOfferAnswer.iceCredentials(answer, answered),
                BrowserOfferAnswer.fingerprint(answered),
                Setup.PASSIVE,
                send,
                LocalSections.byPayloadType(common.stream()),
                BrowserOfferAnswer.events(answered.formats(), send.clockRateHz()),
                BrowserOfferAnswer.audioLevel(answered)
                        .map(e -> OptionalInt.of(e.id()))
                        .orElse(OptionalInt.empty()),
                answered.direction().answeredBy(ours.wanted()));
    }

    /// Whether a description of ours is an offer to a browser.
    static boolean isOne(SessionDescription local) {
        return local.media().stream()
                .anyMatch(section -> section.dtls().setup().equals(Optional.of(Setup.ACTPASS)));
    }
}
