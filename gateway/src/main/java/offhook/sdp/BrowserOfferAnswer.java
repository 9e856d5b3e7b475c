package offhook.sdp;

import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import offhook.fault.Verdict;
import offhook.sdp.MediaSection.Dtls;
import offhook.sdp.MediaSection.HeaderExtension;
import offhook.sdp.MediaSection.Ice;
import offhook.sdp.MediaSection.Rtcp;
import offhook.sdp.MediaSection.Source;

/// Answer on a browser leg: one audio section over DTLS-SRTP, ICE-lite on our side, one transport
/// (RFC 8829 §5.3, RFC 8834).
final class BrowserOfferAnswer {

    static final String AUDIO_LEVEL = "urn:ietf:params:rtp-hdrext:ssrc-audio-level";

    /// Ids that fit a one-byte header (RFC 8285 §4.2).
    private static final int MAX_EXTENSION_ID = 14;

    /// RFC 8445 §5.1.2.1 with type preference 126, local preference 65535 and component 1.
    private static final long HOST_PRIORITY = (126L << 24) + (65535L << 8) + 255;

    /// One less of local preference.
    private static final long PRIORITY_STEP = 1L << 8;

    static final int PTIME_MILLIS = 20;
    private static final String DTMF_EVENTS = "0-15";
    static final RtpFormat OPUS = new RtpFormat(111, "opus", 48000, 2, Optional.empty());

    /// What RFC 8829 §5.1.2 asks to take for DTLS-SRTP with feedback over UDP.
    private static final Set<String> PROTOCOLS = Set.of("UDP/TLS/RTP/SAVPF", "RTP/SAVPF");

    private BrowserOfferAnswer() {}

    static BrowserAnswer answer(
            SessionDescription offer,
            BrowserCapabilities capabilities,
            Optional<SessionDescription> previous)
            throws SdpException {
        MediaSection offered = audio(offer);
        IceCredentials remoteIce = iceCredentials(offer, offered);
        Fingerprint fingerprint = fingerprint(offered);
        checkSetup(offered);
        if (!offered.rtcp().mux()) {
            throw refusal("a=rtcp-mux is required");
        }
        List<RtpFormat> codecs = LocalSections.common(offered.formats(), served(capabilities));
        if (codecs.isEmpty()) {
            throw refusal(
                    "no codec of "
                            + LocalSections.encodings(offered.formats())
                            + " is served; we have "
                            + String.join(", ", capabilities.codecs()));
        }
        RtpFormat send = codecs.getFirst();
        Optional<RtpFormat> events =
                capabilities.telephoneEvent()
                        ? events(offered.formats(), send.clockRateHz())
                        : Optional.empty();
        Optional<HeaderExtension> audioLevel = audioLevel(offered);
        Direction direction = offered.direction().answeredBy(capabilities.wanted());

        List<RtpFormat> formats =
                Stream.concat(codecs.stream().map(f -> ours(f, capabilities)), events.stream())
                        .toList();
        MediaSection local = local(offered, capabilities, formats, audioLevel, direction);
        BrowserMedia media =
                new BrowserMedia(
                        remoteIce,
                        fingerprint,
                        Setup.PASSIVE,
                        send,
                        LocalSections.byPayloadType(codecs.stream()),
                        events,
                        audioLevel.map(e -> OptionalInt.of(e.id())).orElse(OptionalInt.empty()),
                        direction);
        return new BrowserAnswer(describe(offer, offered, local, capabilities, previous), media);
    }

    private static SessionDescription describe(
            SessionDescription offer,
            MediaSection offered,
            MediaSection local,
            BrowserCapabilities capabilities,
            Optional<SessionDescription> previous) {
        // RFC 9143 §7.3: the answer's group holds accepted sections only.
        List<String> bundle =
                offered.mid().filter(offer.bundle()::contains).map(List::of).orElse(List.of());
        return LocalSections.describe(
                capabilities.sessionId(),
                capabilities.address(),
                true,
                bundle,
                LocalSections.answering(offer, offered, local, capabilities.address()),
                previous);
    }

    static MediaSection audio(SessionDescription offer) throws SdpException {
        MediaSection audio =
                offer.media().stream()
                        .filter(s -> s.isAudio() && !s.isRejected())
                        .findFirst()
                        .orElseThrow(() -> refusal("no audio section"));
        if (!PROTOCOLS.contains(audio.protocol())) {
            throw refusal(
                    "'" + SdpLine.quote(audio.protocol()) + "' is not served, only DTLS-SRTP");
        }
        return audio;
    }

    static IceCredentials iceCredentials(SessionDescription offer, MediaSection offered)
            throws SdpException {
        // RFC 8445 §2.5: of two lite agents neither would check anything.
        if (offer.iceLite()) {
            throw refusal("a=ice-lite on both sides");
        }
        return offered.ice()
                .credentials()
                .orElseThrow(() -> refusal("a=ice-ufrag and a=ice-pwd are required"));
    }

    static Fingerprint fingerprint(MediaSection offered) throws SdpException {
        List<Fingerprint> all = offered.dtls().fingerprints();
        List<Fingerprint> sha256 =
                all.stream().filter(f -> f.hash().equals(Fingerprint.SHA_256)).toList();
        if (all.isEmpty()) {
            throw refusal("a=fingerprint is required");
        }
        if (sha256.isEmpty()) {
            throw refusal(
                    "a=fingerprint:" + all.getFirst().hash() + " is not served, only sha-256");
        }
        if (sha256.size() > 1) {
            throw refusal("more than one a=fingerprint:sha-256");
        }
        return sha256.getFirst();
    }

    /// RFC 8842 §5.3: we wait, the browser opens.
    private static void checkSetup(MediaSection offered) throws SdpException {
        Setup setup = offered.dtls().setup().orElseThrow(() -> refusal("a=setup is required"));
        switch (setup) {
            case ACTPASS, ACTIVE -> {}
            case PASSIVE, HOLDCONN ->
                    throw refusal(
                            "a=setup:" + setup.attribute() + " is not served, as we are passive");
        }
    }

    static List<RtpFormat> served(BrowserCapabilities capabilities) {
        return capabilities.codecs().stream()
                .map(name -> name.equals("opus") ? OPUS : RtpFormat.of(0, name, 8000))
                .toList();
    }

    static RtpFormat ours(RtpFormat offered, BrowserCapabilities capabilities) {
        return new RtpFormat(
                offered.payloadType(),
                offered.encodingName(),
                offered.clockRateHz(),
                offered.channels(),
                offered.sameEncoding(OPUS)
                        ? Optional.of(capabilities.opus().fmtp())
                        : Optional.empty());
    }

    /// Digits share the SSRC and so the clock of the audio (RFC 4733 §2.1).
    static Optional<RtpFormat> events(List<RtpFormat> formats, int clockHz) {
        return formats.stream()
                .filter(f -> f.is(RtpFormat.TELEPHONE_EVENT, clockHz))
                .findFirst()
                .map(f ->
                        new RtpFormat(
                                f.payloadType(),
                                f.encodingName(),
                                clockHz,
                                1,
                                Optional.of(DTMF_EVENTS)));
    }

    static Optional<HeaderExtension> audioLevel(MediaSection offered) {
        return offered.extensions().stream()
                .filter(e -> e.uri().equals(AUDIO_LEVEL) && e.id() <= MAX_EXTENSION_ID)
                .findFirst()
                .map(e ->
                        new HeaderExtension(
                                e.id(), e.direction().map(Direction::reversed), e.uri()));
    }

    /// Events of that number.
    static RtpFormat events(int payloadType, int clockHz) {
        return new RtpFormat(
                payloadType, RtpFormat.TELEPHONE_EVENT, clockHz, 1, Optional.of(DTMF_EVENTS));
    }

    private static MediaSection local(
            MediaSection offered,
            BrowserCapabilities ours,
            List<RtpFormat> formats,
            Optional<HeaderExtension> audioLevel,
            Direction direction) {
        boolean sends = direction.sends();
        return new MediaSection(
                "audio",
                ours.port(),
                offered.protocol(),
                formats,
                LocalSections.formatList(formats),
                Optional.of(ours.address()),
                direction,
                OptionalInt.of(PTIME_MILLIS),
                OptionalInt.empty(),
                new Rtcp(OptionalInt.empty(), Optional.empty(), true, offered.rtcp().reducedSize()),
                new Ice(Optional.of(ours.ice()), List.of(), candidates(ours), true),
                new Dtls(List.of(ours.fingerprint()), Optional.of(Setup.PASSIVE)),
                offered.mid(),
                audioLevel.stream().toList(),
                // Also where we only listen: our RTCP has it, and a browser that was told to forget
                // it
                // takes our first packets after a hold for a stranger's and plays silence.
                List.of(new Source(ours.ssrc(), "cname:" + ours.cname())),
                sends ? Optional.of(ours.msid()) : Optional.empty());
    }

    /// Host candidates, each with a foundation of its own as its base is (RFC 8445 §5.1.1.3).
    static List<String> candidates(BrowserCapabilities ours) {
        return IntStream.range(0, ours.addresses().size())
                .mapToObj(i ->
                        "%d 1 udp %d %s %d typ host"
                                .formatted(
                                        i + 1,
                                        HOST_PRIORITY - i * PRIORITY_STEP,
                                        ours.addresses().get(i).getHostAddress(),
                                        ours.port()))
                .toList();
    }

    static SdpException refusal(String what) {
        return new SdpException(Verdict.notAcceptable(), what);
    }
}
