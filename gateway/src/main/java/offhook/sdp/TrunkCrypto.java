package offhook.sdp;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import offhook.fault.Verdict;
import offhook.sdp.Encryption.Policy;

/// Offer and answer of keys (RFC 4568 §5.1, §7.1) on a trunk leg.
///
/// A section is encrypted when it has a key for it, whether its protocol says so (`RTP/SAVP`) or
/// not: many PBXs offer `a=crypto` in `RTP/AVP` to be understood by those who know no SRTP.
final class TrunkCrypto {

    static final String RTP_AVP = "RTP/AVP";
    static final String RTP_SAVP = "RTP/SAVP";

    private TrunkCrypto() {}

    /// Why an offered section cannot be protected as the trunk wants it; empty: it can.
    static Optional<String> obstacle(MediaSection offered, Encryption ours) {
        boolean secure = offered.protocol().equals(RTP_SAVP);
        if (!secure && !offered.protocol().equals(RTP_AVP)) {
            return Optional.of(
                    "'"
                            + SdpLine.quote(offered.protocol())
                            + "' is not served, only "
                            + (ours.policy() == Policy.OFF
                                    ? RTP_AVP
                                    : RTP_AVP + " and " + RTP_SAVP));
        }
        if (ours.policy() == Policy.OFF) {
            return secure
                    ? Optional.of(
                            "'RTP/SAVP' is not served on this trunk, only RTP/AVP; set its 'srtp' to"
                                    + " optional or required")
                    : Optional.empty();
        }
        if (usable(offered, ours).isPresent() || (!secure && ours.policy() == Policy.OPTIONAL)) {
            return Optional.empty();
        }
        return Optional.of(
                "'%s' with %s: no key that is served; let the peer offer a=crypto with one of %s%s"
                        .formatted(
                                offered.protocol(),
                                described(offered),
                                Arrays.stream(CryptoSuite.values())
                                        .map(CryptoSuite::name)
                                        .collect(Collectors.joining(", ")),
                                secure ? "" : ", or set 'srtp' of this trunk to optional"));
    }

    /// What was offered, for the one who has to mend it.
    private static String described(MediaSection offered) {
        if (offered.crypto().isEmpty()) {
            return "no a=crypto";
        }
        return offered.crypto().stream()
                .map(line ->
                        switch (line) {
                            case CryptoLine.Unusable(String why) -> why;
                            case CryptoLine.Usable(Crypto crypto) ->
                                    crypto.tag() + " " + crypto.suite() + " (it repeats our key)";
                        })
                .collect(Collectors.joining(", ", "a=crypto ", ""));
    }

    /// The keys of an offered section; empty: in the clear.
    static Optional<CryptoPair> chosen(MediaSection offered, Encryption ours) {
        return ours.policy() == Policy.OFF
                ? Optional.empty()
                : usable(offered, ours)
                        .map(theirs ->
                                new CryptoPair(
                                        keyFor(theirs.suite(), ours).withTag(theirs.tag()),
                                        theirs));
    }

    /// The first line that we can use, as the order is the peer's preference; one with short tags
    /// only where there is no other.
    private static Optional<Crypto> usable(MediaSection offered, Encryption ours) {
        return usable(offered).stream()
                .filter(theirs -> ours.keys().stream().noneMatch(theirs::sameKey))
                .min(Comparator.comparing(theirs -> !theirs.suite().isOffered()));
    }

    private static List<Crypto> usable(MediaSection section) {
        List<Crypto> usable = new ArrayList<>();
        for (CryptoLine line : section.crypto()) {
            if (line instanceof CryptoLine.Usable(Crypto crypto)) {
                usable.add(crypto);
            }
        }
        return usable;
    }

    private static Crypto keyFor(CryptoSuite suite, Encryption ours) {
        return ours.keys().stream()
                .filter(key -> key.suite() == suite)
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no key of ours for " + suite));
    }

    /// The protocol of our next offer: a session that is `RTP/SAVP` stays so.
    static String protocol(Encryption ours, Optional<SessionDescription> previous) {
        boolean secure =
                previous.stream()
                        .flatMap(p -> p.media().stream())
                        .anyMatch(s ->
                                s.isAudio() && !s.isRejected() && s.protocol().equals(RTP_SAVP));
        return secure || ours.policy() == Policy.REQUIRED ? RTP_SAVP : RTP_AVP;
    }

    /// The lines of our offer.
    static List<CryptoLine> offered(Encryption ours) {
        return ours.policy() == Policy.OFF
                ? List.of()
                : CryptoSuite.OFFERED.stream()
                        .map(suite -> keyFor(suite, ours))
                        .<CryptoLine>map(CryptoLine.Usable::new)
                        .toList();
    }

    /// The keys of an answer to our offer; empty: in the clear.
    static Optional<CryptoPair> accepted(MediaSection ours, MediaSection theirs)
            throws SdpException {
        List<Crypto> mine = usable(ours);
        // One that answers best effort with the protocol that says what is meant, means it.
        boolean raised =
                !mine.isEmpty()
                        && ours.protocol().equals(RTP_AVP)
                        && theirs.protocol().equals(RTP_SAVP);
        if (!theirs.protocol().equals(ours.protocol()) && !raised) {
            throw refusal("the answer's protocol is '" + SdpLine.quote(theirs.protocol()) + "'");
        }
        boolean clear = theirs.protocol().equals(RTP_AVP) && theirs.crypto().isEmpty();
        if (mine.isEmpty() || clear) {
            return Optional.empty();
        }
        for (Crypto their : usable(theirs)) {
            for (Crypto my : mine) {
                // RFC 4568 §5.1.3: the tag says which line was taken.
                if (my.tag() == their.tag()
                        && my.suite() == their.suite()
                        && mine.stream().noneMatch(their::sameKey)) {
                    return Optional.of(new CryptoPair(my, their));
                }
            }
        }
        throw refusal("the answer takes none of our keys: it has " + describedAnswer(theirs));
    }

    private static String describedAnswer(MediaSection theirs) {
        return theirs.crypto().isEmpty()
                ? "no a=crypto"
                : theirs.crypto().stream()
                        .map(line ->
                                switch (line) {
                                    case CryptoLine.Unusable(String why) -> why;
                                    case CryptoLine.Usable(Crypto crypto) ->
                                            crypto.tag() + " " + crypto.suite();
                                })
                        .collect(Collectors.joining(", ", "a=crypto ", ""));
    }

    private static SdpException refusal(String what) {
        return new SdpException(Verdict.notAcceptable(), what);
    }
}
