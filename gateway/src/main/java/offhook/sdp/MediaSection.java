package offhook.sdp;

import java.net.InetAddress;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;

/// One `m=` section (RFC 8866 §5.14) with everything that holds for it: what the session level says
/// for all sections is in each already.
///
/// @param media `audio`, `video`, `application`...
/// @param port RTP port; 0: rejected or unused (RFC 3264 §6)
/// @param protocol `RTP/AVP`, `UDP/TLS/RTP/SAVPF`...
/// @param formats RTP payload formats, the preferred one first; those of number only (dynamic and
///   without `a=rtpmap`) are left out
/// @param formatList the formats of the `m=` line as written
/// @param connection address of the section, or of the session
/// @param direction `sendrecv` when not given
/// @param ptimeMillis length of a packet the describing side likes to receive
/// @param maxPtimeMillis longest packet it takes
/// @param mid identification (RFC 5888 §4)
/// @param extensions RTP header extensions
/// @param sources `a=ssrc` lines
/// @param msid stream and track, `stream track` (RFC 8830)
/// @param crypto `a=crypto` lines (RFC 4568), the first few only
public record MediaSection(
        String media,
        int port,
        String protocol,
        List<RtpFormat> formats,
        List<String> formatList,
        Optional<InetAddress> connection,
        Direction direction,
        OptionalInt ptimeMillis,
        OptionalInt maxPtimeMillis,
        Rtcp rtcp,
        Ice ice,
        Dtls dtls,
        Optional<String> mid,
        List<HeaderExtension> extensions,
        List<Source> sources,
        Optional<String> msid,
        List<CryptoLine> crypto) {

    /// Without keys.
    public MediaSection(
            String media,
            int port,
            String protocol,
            List<RtpFormat> formats,
            List<String> formatList,
            Optional<InetAddress> connection,
            Direction direction,
            OptionalInt ptimeMillis,
            OptionalInt maxPtimeMillis,
            Rtcp rtcp,
            Ice ice,
            Dtls dtls,
            Optional<String> mid,
            List<HeaderExtension> extensions,
            List<Source> sources,
            Optional<String> msid) {
        this(
                media,
                port,
                protocol,
                formats,
                formatList,
                connection,
                direction,
                ptimeMillis,
                maxPtimeMillis,
                rtcp,
                ice,
                dtls,
                mid,
                extensions,
                sources,
                msid,
                List.of());
    }

    public MediaSection {
        formats = List.copyOf(formats);
        formatList = List.copyOf(formatList);
        extensions = List.copyOf(extensions);
        sources = List.copyOf(sources);
        crypto = List.copyOf(crypto);
    }

    /// RTCP of a section.
    ///
    /// @param port `a=rtcp` (RFC 3605)
    /// @param address `a=rtcp` may name one
    /// @param mux on the RTP port (RFC 5761)
    /// @param reducedSize RFC 5506
    /// @param extended reports beyond those of RFC 3550 that the describing side wants (RFC 3611)
    public record Rtcp(
            OptionalInt port,
            Optional<InetAddress> address,
            boolean mux,
            boolean reducedSize,
            ExtendedReportFormats extended) {

        /// Without extended reports.
        public Rtcp(
                OptionalInt port, Optional<InetAddress> address, boolean mux, boolean reducedSize) {
            this(port, address, mux, reducedSize, ExtendedReportFormats.NONE);
        }

        /// Nothing said.
        public static final Rtcp NONE =
                new Rtcp(OptionalInt.empty(), Optional.empty(), false, false);
    }

    /// ICE of a section (RFC 8839).
    ///
    /// @param options `a=ice-options`
    /// @param candidates `a=candidate` values as written, the first few only
    /// @param endOfCandidates RFC 8840 §8.2
    public record Ice(
            Optional<IceCredentials> credentials,
            List<String> options,
            List<String> candidates,
            boolean endOfCandidates) {

        /// Nothing said.
        public static final Ice NONE = new Ice(Optional.empty(), List.of(), List.of(), false);

        public Ice {
            options = List.copyOf(options);
            candidates = List.copyOf(candidates);
        }
    }

    /// DTLS of a section (RFC 5763).
    public record Dtls(List<Fingerprint> fingerprints, Optional<Setup> setup) {

        /// Nothing said.
        public static final Dtls NONE = new Dtls(List.of(), Optional.empty());

        public Dtls {
            fingerprints = List.copyOf(fingerprints);
        }
    }

    /// One `a=extmap` (RFC 8285 §7).
    ///
    /// @param id 1-255
    /// @param direction as written after the id, empty when not given
    public record HeaderExtension(int id, Optional<Direction> direction, String uri) {}

    /// One `a=ssrc` line (RFC 5576 §4.1).
    ///
    /// @param ssrc unsigned 32 bits
    /// @param attribute what is said of it, `cname:...`
    public record Source(long ssrc, String attribute) {}

    /// Whether the section is of the one kind we carry.
    public boolean isAudio() {
        return media.equals("audio");
    }

    /// Whether the section is rejected or unused.
    public boolean isRejected() {
        return port == 0;
    }
}
