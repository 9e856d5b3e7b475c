package offhook.sdp;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import offhook.sdp.MediaSection.Dtls;
import offhook.sdp.MediaSection.Ice;
import offhook.sdp.MediaSection.Rtcp;
import offhook.sdp.SessionDescription.Origin;

/// What our descriptions for trunks and for browsers have in common.
final class LocalSections {

    private LocalSections() {}

    /// The refusal of one section of an offer (RFC 3264 §6).
    static MediaSection rejected(MediaSection offered, InetAddress address) {
        return new MediaSection(
                offered.media(),
                0,
                offered.protocol(),
                List.of(),
                offered.formatList(),
                Optional.of(address),
                Direction.INACTIVE,
                OptionalInt.empty(),
                OptionalInt.empty(),
                Rtcp.NONE,
                Ice.NONE,
                Dtls.NONE,
                offered.mid(),
                List.of(),
                List.of(),
                Optional.empty());
    }

    /// One section of the offer is answered, all others are rejected.
    static List<MediaSection> answering(
            SessionDescription offer,
            MediaSection offered,
            MediaSection answer,
            InetAddress address) {
        int place = offer.media().indexOf(offered);
        List<MediaSection> sections = new ArrayList<>();
        for (int i = 0; i < offer.media().size(); i++) {
            sections.add(i == place ? answer : rejected(offer.media().get(i), address));
        }
        return sections;
    }

    /// The formats of an `m=` line.
    static List<String> formatList(List<RtpFormat> formats) {
        return formats.stream().map(f -> Integer.toString(f.payloadType())).toList();
    }

    /// Those of the offered formats that carry one of the named encodings, in the order of the
    /// names.
    static List<RtpFormat> common(List<RtpFormat> offered, List<RtpFormat> served) {
        return served.stream()
                .flatMap(s -> offered.stream().filter(s::sameEncoding).limit(1))
                .toList();
    }

    /// The encodings of an offer, for an error message.
    static String encodings(List<RtpFormat> formats) {
        return String.join(
                ", ", formats.stream().map(f -> SdpLine.quote(f.encodingName())).toList());
    }

    /// Puts sections into a description that follows `previous` (RFC 3264 §8): the same session,
    /// the next version, unless nothing changed.
    static SessionDescription describe(
            long sessionId,
            InetAddress address,
            boolean iceLite,
            List<String> bundle,
            List<MediaSection> sections,
            Optional<SessionDescription> previous) {
        Origin before =
                previous.map(SessionDescription::origin)
                        .orElse(new Origin("-", sessionId, 1, address.getHostAddress()));
        // The origin's address is part of the session's identity and stays (RFC 8866 §5.2).
        SessionDescription next =
                new SessionDescription(
                        before, "-", Optional.of(address), iceLite, bundle, sections);
        return previous.isEmpty() || previous.get().equals(next)
                ? next
                : next.withVersion(before.version() + 1);
    }

    /// All formats by payload type.
    static Map<Integer, RtpFormat> byPayloadType(Stream<RtpFormat> formats) {
        return formats.collect(
                Collectors.toMap(RtpFormat::payloadType, f -> f, (first, _) -> first));
    }
}
