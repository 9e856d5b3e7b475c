package offhook.sdp;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.regex.Pattern;
import offhook.sdp.MediaSection.Dtls;
import offhook.sdp.MediaSection.HeaderExtension;
import offhook.sdp.MediaSection.Ice;
import offhook.sdp.MediaSection.Rtcp;
import offhook.sdp.MediaSection.Source;
import org.jspecify.annotations.Nullable;

/// Gathers the lines of one `m=` section, or the attributes that the session level gives to all.
final class MediaSectionReader {

    private static final int MAX_CANDIDATES = 16;
    private static final int MAX_CRYPTO_LINES = 16;
    private static final int MAX_CANDIDATE_LENGTH = 256;
    private static final int MAX_PTIME_MILLIS = 1000;

    // RFC 8839 §5.4
    private static final Pattern UFRAG = Pattern.compile("[A-Za-z0-9+/]{4,256}");
    private static final Pattern PASSWORD = Pattern.compile("[A-Za-z0-9+/]{22,256}");
    private static final Pattern TOKEN = Pattern.compile("[!-~]{1,64}");
    private static final Pattern HASH = Pattern.compile("[A-Za-z0-9-]{1,16}");
    private static final Pattern HEX_BYTES =
            Pattern.compile("[0-9A-Fa-f]{2}(?::[0-9A-Fa-f]{2}){15,63}");
    private static final Pattern MILLIS = Pattern.compile("[0-9]{1,10}(?:\\.[0-9]{1,10})?");

    private final String media;
    private final int port;
    private final String protocol;
    private final List<String> formatList;
    private final RtpFormatReader formats;
    private final @Nullable SdpLine opening;

    private @Nullable InetAddress connection;
    private @Nullable Direction direction;
    private OptionalInt ptimeMillis = OptionalInt.empty();
    private OptionalInt maxPtimeMillis = OptionalInt.empty();
    private OptionalInt rtcpPort = OptionalInt.empty();
    private @Nullable InetAddress rtcpAddress;
    private boolean rtcpMux;
    private boolean rtcpReducedSize;
    private @Nullable ExtendedReportFormats extendedReports;
    private @Nullable String ufrag;
    private @Nullable String password;
    private List<String> iceOptions = List.of();
    private final List<String> candidates = new ArrayList<>();
    private boolean endOfCandidates;
    private final List<Fingerprint> fingerprints = new ArrayList<>();
    private @Nullable Setup setup;
    private @Nullable String mid;
    private final List<HeaderExtension> extensions = new ArrayList<>();
    private final List<Source> sources = new ArrayList<>();
    private @Nullable String msid;
    private final List<CryptoLine> crypto = new ArrayList<>();

    /// For the session level.
    MediaSectionReader() {
        media = "";
        port = 0;
        protocol = "";
        formatList = List.of();
        formats = RtpFormatReader.none();
        opening = null;
    }

    /// For the section that this `m=` line opens.
    MediaSectionReader(SdpLine line) throws SdpException {
        String[] words = line.words(4);
        opening = line;
        media = words[0];
        port = port(line, words[1]);
        protocol = words[2];
        formatList = List.copyOf(Arrays.asList(words).subList(3, words.length));
        formats =
                protocol.contains("RTP/")
                        ? RtpFormatReader.of(line, media, formatList)
                        : RtpFormatReader.none();
    }

    private static int port(SdpLine line, String text) throws SdpException {
        int slash = text.indexOf('/');
        if (slash >= 0 && !text.substring(slash).equals("/1")) {
            throw line.unacceptable("more than one port");
        }
        return line.integer(slash < 0 ? text : text.substring(0, slash), 0, 65535, "port");
    }

    void connection(InetAddress address) {
        connection = address;
    }

    void attribute(SdpLine line, String name, String value) throws SdpException {
        switch (name) {
            case "sendrecv" -> direction = Direction.SENDRECV;
            case "sendonly" -> direction = Direction.SENDONLY;
            case "recvonly" -> direction = Direction.RECVONLY;
            case "inactive" -> direction = Direction.INACTIVE;
            case "rtpmap" -> formats.rtpmap(line, value);
            case "fmtp" -> formats.fmtp(line, value);
            case "ptime" -> ptimeMillis = OptionalInt.of(millis(line, value));
            case "maxptime" -> maxPtimeMillis = OptionalInt.of(millis(line, value));
            case "rtcp" -> onRtcp(line, value);
            case "rtcp-mux" -> rtcpMux = true;
            case "rtcp-rsize" -> rtcpReducedSize = true;
            case "rtcp-xr" -> extendedReports = ExtendedReportFormats.parse(value);
            case "ice-ufrag" -> ufrag = matching(UFRAG, line, value);
            case "ice-pwd" -> password = matching(PASSWORD, line, value);
            case "ice-options" -> iceOptions = List.of(value.split(" +", -1));
            case "candidate" -> onCandidate(value);
            case "end-of-candidates" -> endOfCandidates = true;
            case "fingerprint" -> onFingerprint(line, value);
            case "setup" -> setup = setup(line, value);
            case "mid" -> mid = matching(TOKEN, line, value);
            case "extmap" -> onExtension(line, value);
            case "ssrc" -> onSource(line, value);
            case "msid" -> msid = value;
            case "crypto" -> onCrypto(value);
            default -> {}
        }
    }

    private static String matching(Pattern pattern, SdpLine line, String value)
            throws SdpException {
        if (!pattern.matcher(value).matches()) {
            throw line.malformed("value of wrong length or characters");
        }
        return value;
    }

    /// RFC 8866 §6.4 allows fractions; what is beyond the point is of no use to us.
    private static int millis(SdpLine line, String value) throws SdpException {
        String whole = matching(MILLIS, line, value).replaceFirst("\\..*", "");
        return line.integer(whole, 1, MAX_PTIME_MILLIS, "packet time");
    }

    private void onRtcp(SdpLine line, String value) throws SdpException {
        String[] words = value.split(" +", -1);
        rtcpPort = OptionalInt.of(line.integer(words[0], 0, 65535, "port"));
        rtcpAddress = words.length > 1 ? line.address(words, 1) : null;
    }

    /// Kept as text, since an ICE-lite agent sends no checks and needs none of them.
    private void onCandidate(String value) {
        if (candidates.size() < MAX_CANDIDATES && value.length() <= MAX_CANDIDATE_LENGTH) {
            candidates.add(value);
        }
    }

    private void onCrypto(String value) {
        if (crypto.size() < MAX_CRYPTO_LINES) {
            crypto.add(CryptoReader.read(value));
        }
    }

    private void onFingerprint(SdpLine line, String value) throws SdpException {
        String[] words = value.split(" +", -1);
        if (words.length != 2
                || !HASH.matcher(words[0]).matches()
                || !HEX_BYTES.matcher(words[1]).matches()) {
            throw line.malformed("no fingerprint");
        }
        Fingerprint fingerprint = new Fingerprint(words[0], words[1]);
        if (fingerprint.hash().equals(Fingerprint.SHA_256) && words[1].length() != 32 * 3 - 1) {
            throw line.malformed("a sha-256 fingerprint has 32 bytes");
        }
        if (!fingerprints.contains(fingerprint)) {
            fingerprints.add(fingerprint);
        }
    }

    private static Setup setup(SdpLine line, String value) throws SdpException {
        for (Setup setup : Setup.values()) {
            if (setup.attribute().equals(value)) {
                return setup;
            }
        }
        throw line.malformed("unknown DTLS role");
    }

    private void onExtension(SdpLine line, String value) throws SdpException {
        String[] words = value.split(" +", -1);
        if (words.length < 2) {
            throw line.malformed("fewer than 2 fields");
        }
        String[] idAndDirection = words[0].split("/", 2);
        // RFC 8285 §7: ids above 4095 stand in for ones to be agreed, which we do not do.
        int id = line.integer(idAndDirection[0], 1, 8191, "id");
        if (id > 255) {
            return;
        }
        Optional<Direction> extensionDirection = Optional.empty();
        if (idAndDirection.length == 2) {
            extensionDirection =
                    Arrays.stream(Direction.values())
                            .filter(d -> d.attribute().equals(idAndDirection[1]))
                            .findFirst();
            if (extensionDirection.isEmpty()) {
                throw line.malformed("unknown direction");
            }
        }
        extensions.add(new HeaderExtension(id, extensionDirection, words[1]));
    }

    private void onSource(SdpLine line, String value) throws SdpException {
        String[] words = value.split(" +", 2);
        if (words.length < 2) {
            throw line.malformed("fewer than 2 fields");
        }
        sources.add(new Source(line.number(words[0], 0, 0xffff_ffffL, "ssrc"), words[1]));
    }

    /// The section, with what the session level says where it is silent itself.
    MediaSection toSection(MediaSectionReader session, Optional<InetAddress> sessionConnection)
            throws SdpException {
        Optional<InetAddress> address = Optional.ofNullable(connection).or(() -> sessionConnection);
        if (address.isEmpty() && port != 0 && opening != null) {
            throw opening.malformed("no c= line for it");
        }
        return new MediaSection(
                media,
                port,
                protocol,
                formats.formats(),
                formatList,
                address,
                firstOf(direction, session.direction).orElse(Direction.SENDRECV),
                ptimeMillis.isPresent() ? ptimeMillis : session.ptimeMillis,
                maxPtimeMillis.isPresent() ? maxPtimeMillis : session.maxPtimeMillis,
                new Rtcp(
                        rtcpPort,
                        Optional.ofNullable(rtcpAddress),
                        rtcpMux,
                        rtcpReducedSize,
                        firstOf(extendedReports, session.extendedReports)
                                .orElse(ExtendedReportFormats.NONE)),
                ice(session),
                new Dtls(
                        fingerprints.isEmpty() ? session.fingerprints : fingerprints,
                        firstOf(setup, session.setup)),
                Optional.ofNullable(mid),
                extensions.isEmpty() ? session.extensions : extensions,
                sources,
                Optional.ofNullable(msid),
                crypto);
    }

    private Ice ice(MediaSectionReader session) {
        // RFC 8839 §5.4: a section with either of its own has both of its own.
        boolean own = ufrag != null || password != null;
        String user = own ? ufrag : session.ufrag;
        String secret = own ? password : session.password;
        return new Ice(
                user == null || secret == null
                        ? Optional.empty()
                        : Optional.of(new IceCredentials(user, secret)),
                iceOptions.isEmpty() ? session.iceOptions : iceOptions,
                candidates,
                endOfCandidates || session.endOfCandidates);
    }

    private static <T> Optional<T> firstOf(@Nullable T own, @Nullable T inherited) {
        return Optional.ofNullable(own != null ? own : inherited);
    }
}
