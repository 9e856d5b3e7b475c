package offhook.sdp;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Stream;
import offhook.fault.Verdict;
import offhook.sdp.MediaSection.Dtls;
import offhook.sdp.MediaSection.Ice;
import offhook.sdp.MediaSection.Rtcp;

/// Offer and answer on a trunk leg: one audio section of RTP (RFC 3264, RFC 3551), or of SRTP with
/// keys in the description ([TrunkCrypto]).
final class TrunkOfferAnswer {

    private static final int CLOCK_HZ = 8000;
    private static final int OPUS_CLOCK_HZ = 48_000;
    private static final int DEFAULT_PTIME_MILLIS = 20;
    private static final int MIN_PTIME_MILLIS = 10;
    private static final int MAX_PTIME_MILLIS = 60;

    /// DTMF digits only (RFC 4733 §2.4.1).
    private static final String DTMF_EVENTS = "0-15";

    private static final int FIRST_DYNAMIC = 96;
    private static final int EVENTS_PAYLOAD_TYPE = 101;
    private static final int OPUS_EVENTS_PAYLOAD_TYPE = 102;
    private static final RtpFormat PCMU = RtpFormat.of(0, "PCMU", CLOCK_HZ);
    private static final RtpFormat PCMA = RtpFormat.of(8, "PCMA", CLOCK_HZ);
    private static final RtpFormat G722 = RtpFormat.of(9, "G722", CLOCK_HZ);

    /// Comfort noise (RFC 3389 §4).
    private static final RtpFormat NOISE = RtpFormat.of(13, "CN", CLOCK_HZ);

    /// Two channels by name, whatever is sent (RFC 7587 §7).
    private static final RtpFormat OPUS =
            new RtpFormat(107, "opus", OPUS_CLOCK_HZ, 2, Optional.empty());

    private TrunkOfferAnswer() {}

    static TrunkAnswer answer(
            SessionDescription offer,
            TrunkCapabilities capabilities,
            Optional<SessionDescription> previous)
            throws SdpException {
        MediaSection offered = servable(offer, capabilities);
        List<RtpFormat> codecs = LocalSections.common(offered.formats(), codecs(capabilities));
        RtpFormat send = codecs.getFirst();
        Optional<RtpFormat> events =
                capabilities.telephoneEvent()
                        ? events(offered.formats(), send.clockRateHz())
                        : Optional.empty();
        // RFC 3389 §4: a trunk that offers comfort noise sends less while its speaker is silent.
        Optional<RtpFormat> noise = noise(offered.formats());
        Direction direction = direction(offered).answeredBy(capabilities.wanted());
        Optional<CryptoPair> keys = TrunkCrypto.chosen(offered, capabilities.encryption());
        TrunkMedia media =
                media(
                        offered,
                        capabilities,
                        send,
                        codecs.stream(),
                        new Events(payloadType(events), payloadType(events), clock(events, send)),
                        payloadType(noise),
                        direction,
                        keys);
        MediaSection ours =
                local(
                        capabilities,
                        Stream.of(
                                        codecs.stream().map(f -> ours(f, capabilities)),
                                        noise.stream(),
                                        events.stream())
                                .flatMap(formats -> formats)
                                .toList(),
                        direction,
                        offered.mid(),
                        offered.rtcp().extended(),
                        offered.protocol(),
                        keys.map(CryptoPair::ours).<CryptoLine>map(CryptoLine.Usable::new).stream()
                                .toList());
        List<MediaSection> sections =
                LocalSections.answering(offer, offered, ours, capabilities.address());
        return new TrunkAnswer(describe(capabilities, sections, previous), media);
    }

    static SessionDescription offer(
            TrunkCapabilities capabilities, Optional<SessionDescription> previous) {
        // RFC 3264 §8.3.2: a payload type keeps its meaning for the whole session.
        List<RtpFormat> known =
                previous.stream()
                        .flatMap(p -> p.media().stream())
                        .filter(s -> s.isAudio() && !s.isRejected())
                        .flatMap(s -> s.formats().stream())
                        .toList();
        List<RtpFormat> formats = new ArrayList<>();
        List<RtpFormat> wanted = new ArrayList<>(codecs(capabilities));
        if (capabilities.telephoneEvent()) {
            // RFC 4733 §2.1: events have the clock of the audio beside them.
            wanted.stream()
                    .map(RtpFormat::clockRateHz)
                    .distinct()
                    .toList()
                    .forEach(clock -> wanted.add(dtmf(eventsPayloadType(clock), clock)));
        }
        for (RtpFormat format : wanted) {
            RtpFormat named =
                    known.stream()
                            .filter(format::sameEncoding)
                            .findFirst()
                            .orElse(free(format, known, formats));
            formats.add(ours(named, capabilities));
        }
        MediaSection ours =
                local(
                        capabilities,
                        formats,
                        capabilities.wanted(),
                        Optional.empty(),
                        ExtendedReportFormats.NONE,
                        TrunkCrypto.protocol(capabilities.encryption(), previous),
                        TrunkCrypto.offered(capabilities.encryption()));
        return describe(capabilities, inPlaceOf(ours, previous, capabilities), previous);
    }

    /// A later offer has a section for each one there was (RFC 3264 §8).
    private static List<MediaSection> inPlaceOf(
            MediaSection ours,
            Optional<SessionDescription> previous,
            TrunkCapabilities capabilities) {
        List<MediaSection> sections = new ArrayList<>();
        boolean placed = false;
        for (MediaSection before : previous.map(SessionDescription::media).orElse(List.of())) {
            boolean here = !placed && before.isAudio() && !before.isRejected();
            sections.add(here ? ours : LocalSections.rejected(before, capabilities.address()));
            placed |= here;
        }
        if (!placed) {
            sections.add(ours);
        }
        return sections;
    }

    static TrunkMedia accept(
            SessionDescription offer, SessionDescription answer, TrunkCapabilities capabilities)
            throws SdpException {
        int index = 0;
        while (offer.media().get(index).isRejected()) {
            index++;
        }
        MediaSection ours = offer.media().get(index);
        if (answer.media().size() <= index) {
            throw refusal("the answer has no section for our audio");
        }
        MediaSection theirs = answer.media().get(index);
        if (!theirs.isAudio() || theirs.isRejected()) {
            throw refusal("the answer rejects audio");
        }
        Optional<CryptoPair> keys = TrunkCrypto.accepted(ours, theirs);
        List<RtpFormat> codecs =
                theirs.formats().stream()
                        .filter(f -> !f.isTelephoneEvent())
                        .filter(f -> ours.formats().stream().anyMatch(f::sameEncoding))
                        .toList();
        if (codecs.isEmpty()) {
            throw refusal("the answer has none of our codecs");
        }
        // RFC 3264 §6.1 asks the answerer for our numbers; one that renumbers all the same is
        // expected to send under either.
        Stream<RtpFormat> receivable =
                Stream.concat(
                        ours.formats().stream()
                                .filter(f -> codecs.stream().anyMatch(f::sameEncoding)),
                        codecs.stream());
        int clockHz = codecs.getFirst().clockRateHz();
        Optional<RtpFormat> theirEvents = events(theirs.formats(), clockHz);
        Optional<RtpFormat> ourEvents =
                theirEvents.flatMap(
                        t -> ours.formats().stream().filter(t::sameEncoding).findFirst());
        Events events =
                ourEvents.isPresent()
                        ? new Events(
                                payloadType(theirEvents),
                                payloadType(ourEvents),
                                clock(theirEvents, codecs.getFirst()))
                        : new Events(OptionalInt.empty(), OptionalInt.empty(), clockHz);
        return media(
                theirs,
                capabilities,
                codecs.getFirst(),
                receivable,
                events,
                OptionalInt.empty(),
                direction(theirs).answeredBy(ours.direction()),
                keys);
    }

    /// The first section that we can serve, an encrypted one if there is one; the error names what
    /// is wrong with the first audio.
    private static MediaSection servable(SessionDescription offer, TrunkCapabilities capabilities)
            throws SdpException {
        Optional<SdpException> first = Optional.empty();
        Optional<MediaSection> clear = Optional.empty();
        for (MediaSection section : offer.media()) {
            if (section.isAudio() && !section.isRejected()) {
                Optional<String> obstacle = obstacle(section, capabilities);
                if (obstacle.isPresent()) {
                    first = first.or(() -> Optional.of(refusal(obstacle.get())));
                } else if (TrunkCrypto.chosen(section, capabilities.encryption()).isPresent()) {
                    return section;
                } else {
                    clear = clear.or(() -> Optional.of(section));
                }
            }
        }
        if (clear.isPresent()) {
            return clear.get();
        }
        throw first.orElse(refusal("no audio section"));
    }

    private static Optional<String> obstacle(MediaSection section, TrunkCapabilities ours) {
        Optional<String> keys = TrunkCrypto.obstacle(section, ours.encryption());
        if (keys.isPresent()) {
            return keys;
        }
        if (LocalSections.common(section.formats(), codecs(ours)).isEmpty()) {
            return Optional.of(
                    "no codec of "
                            + LocalSections.encodings(section.formats())
                            + " is served; this trunk has "
                            + String.join(", ", ours.codecs()));
        }
        return Optional.empty();
    }

    private static List<RtpFormat> codecs(TrunkCapabilities capabilities) {
        return capabilities.codecs().stream().map(TrunkOfferAnswer::codec).toList();
    }

    private static RtpFormat codec(String name) {
        return Stream.of(PCMU, PCMA, G722, OPUS)
                .filter(f -> f.encodingName().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no trunk codec " + name));
    }

    /// Digits, both ways.
    private record Events(OptionalInt send, OptionalInt receive, int clockHz) {}

    /// Events of this clock or, as many phones have no others beside Opus, of 8 kHz.
    private static Optional<RtpFormat> events(List<RtpFormat> formats, int clockHz) {
        return formats.stream()
                .filter(f -> f.is(RtpFormat.TELEPHONE_EVENT, clockHz))
                .findFirst()
                .or(() ->
                        formats.stream()
                                .filter(f -> f.is(RtpFormat.TELEPHONE_EVENT, CLOCK_HZ))
                                .findFirst())
                .map(f -> dtmf(f.payloadType(), f.clockRateHz()));
    }

    private static int eventsPayloadType(int clockHz) {
        return clockHz == CLOCK_HZ ? EVENTS_PAYLOAD_TYPE : OPUS_EVENTS_PAYLOAD_TYPE;
    }

    /// The format by its own number or, when that means something else already, another.
    private static RtpFormat free(RtpFormat format, List<RtpFormat> known, List<RtpFormat> taken) {
        int number = format.payloadType();
        for (int next = FIRST_DYNAMIC; has(known, number) || has(taken, number); next++) {
            number = next;
        }
        return new RtpFormat(
                number,
                format.encodingName(),
                format.clockRateHz(),
                format.channels(),
                format.fmtp());
    }

    private static boolean has(List<RtpFormat> formats, int payloadType) {
        return formats.stream().anyMatch(f -> f.payloadType() == payloadType);
    }

    private static RtpFormat dtmf(int payloadType, int clockHz) {
        return new RtpFormat(
                payloadType, RtpFormat.TELEPHONE_EVENT, clockHz, 1, Optional.of(DTMF_EVENTS));
    }

    private static int clock(Optional<RtpFormat> events, RtpFormat send) {
        return events.map(RtpFormat::clockRateHz).orElse(send.clockRateHz());
    }

    private static Optional<RtpFormat> noise(List<RtpFormat> formats) {
        return formats.stream()
                .filter(NOISE::sameEncoding)
                .findFirst()
                .map(f -> RtpFormat.of(f.payloadType(), NOISE.encodingName(), CLOCK_HZ));
    }

    private static RtpFormat ours(RtpFormat f, TrunkCapabilities capabilities) {
        Optional<String> parameters = Optional.empty();
        if (f.sameEncoding(OPUS)) {
            parameters = Optional.of(capabilities.opus().fmtp());
        } else if (f.isTelephoneEvent()) {
            parameters = Optional.of(DTMF_EVENTS);
        }
        return new RtpFormat(
                f.payloadType(), f.encodingName(), f.clockRateHz(), f.channels(), parameters);
    }

    private static OptionalInt payloadType(Optional<RtpFormat> format) {
        return format.map(f -> OptionalInt.of(f.payloadType())).orElse(OptionalInt.empty());
    }

    /// What the section says of its direction, or says by `c=0.0.0.0` as phones did before there
    /// was `a=sendonly`: it does not receive (RFC 3264 §8.4).
    private static Direction direction(MediaSection section) {
        boolean held = section.connection().map(InetAddress::isAnyLocalAddress).orElse(true);
        return held ? section.direction().and(Direction.SENDONLY) : section.direction();
    }

    private static TrunkMedia media(
            MediaSection theirs,
            TrunkCapabilities capabilities,
            RtpFormat send,
            Stream<RtpFormat> receive,
            Events events,
            OptionalInt noise,
            Direction direction,
            Optional<CryptoPair> keys)
            throws SdpException {
        InetSocketAddress rtp =
                RemoteAddress.checked(theirs.connection(), theirs.port(), capabilities.address());
        Rtcp rtcp = theirs.rtcp();
        InetSocketAddress control =
                RemoteAddress.checked(
                        rtcp.address().or(theirs::connection),
                        rtcp.port().orElse(theirs.port() + 1),
                        capabilities.address());
        Map<Integer, RtpFormat> byPayloadType = LocalSections.byPayloadType(receive);
        return new TrunkMedia(
                rtp,
                control,
                send,
                byPayloadType,
                events.send(),
                events.receive(),
                events.clockHz(),
                noise,
                ptimeMillis(theirs),
                direction,
                rtcp.extended(),
                keys);
    }

    private static int ptimeMillis(MediaSection theirs) {
        int wanted = theirs.ptimeMillis().orElse(DEFAULT_PTIME_MILLIS);
        int capped = Math.min(wanted, theirs.maxPtimeMillis().orElse(MAX_PTIME_MILLIS));
        int whole = capped - capped % MIN_PTIME_MILLIS;
        return Math.clamp(whole, MIN_PTIME_MILLIS, MAX_PTIME_MILLIS);
    }

    private static MediaSection local(
            TrunkCapabilities ours,
            List<RtpFormat> formats,
            Direction direction,
            Optional<String> mid,
            ExtendedReportFormats extended,
            String protocol,
            List<CryptoLine> crypto) {
        OptionalInt rtcpPort =
                ours.rtcpPort() == ours.rtpPort() + 1
                        ? OptionalInt.empty()
                        : OptionalInt.of(ours.rtcpPort());
        return new MediaSection(
                "audio",
                ours.rtpPort(),
                protocol,
                formats,
                LocalSections.formatList(formats),
                Optional.of(ours.address()),
                direction,
                OptionalInt.of(ours.ptimeMillis()),
                OptionalInt.empty(),
                new Rtcp(rtcpPort, Optional.empty(), false, false, extended),
                Ice.NONE,
                Dtls.NONE,
                mid,
                List.of(),
                List.of(),
                Optional.empty(),
                crypto);
    }

    private static SessionDescription describe(
            TrunkCapabilities ours,
            List<MediaSection> sections,
            Optional<SessionDescription> previous) {
        return LocalSections.describe(
                ours.sessionId(), ours.address(), false, List.of(), sections, previous);
    }

    private static SdpException refusal(String what) {
        return new SdpException(Verdict.notAcceptable(), what);
    }
}
