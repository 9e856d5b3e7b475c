package offhook.sdp;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/// Gathers the payload formats of one section: the numbers of its `m=` line, `a=rtpmap` and
/// `a=fmtp`.
final class RtpFormatReader {

    private static final int MAX_FORMATS = 64;
    private static final int MAX_FMTP_LENGTH = 512;
    private static final int MAX_CLOCK_HZ = 1_000_000;

    /// Static payload types of audio that phones still offer by number alone (RFC 3551 §6).
    private static final Map<Integer, RtpFormat> STATIC_AUDIO =
            Map.of(
                    0, RtpFormat.of(0, "PCMU", 8000),
                    3, RtpFormat.of(3, "GSM", 8000),
                    4, RtpFormat.of(4, "G723", 8000),
                    8, RtpFormat.of(8, "PCMA", 8000),
                    9, RtpFormat.of(9, "G722", 8000),
                    13, RtpFormat.of(13, "CN", 8000),
                    15, RtpFormat.of(15, "G728", 8000),
                    18, RtpFormat.of(18, "G729", 8000));

    private final Set<Integer> payloadTypes;
    private final boolean audio;
    private final Map<Integer, RtpFormat> mapped = new HashMap<>();
    private final Map<Integer, String> parameters = new HashMap<>();

    private RtpFormatReader(Set<Integer> payloadTypes, boolean audio) {
        this.payloadTypes = payloadTypes;
        this.audio = audio;
    }

    /// For a section that is not RTP.
    static RtpFormatReader none() {
        return new RtpFormatReader(Set.of(), false);
    }

    static RtpFormatReader of(SdpLine line, String media, List<String> numbers)
            throws SdpException {
        if (numbers.size() > MAX_FORMATS) {
            throw line.unacceptable("more than " + MAX_FORMATS + " formats");
        }
        Set<Integer> payloadTypes = new LinkedHashSet<>();
        for (String number : numbers) {
            payloadTypes.add(payloadType(line, number));
        }
        return new RtpFormatReader(payloadTypes, media.equals("audio"));
    }

    private static int payloadType(SdpLine line, String text) throws SdpException {
        return line.integer(text, 0, 127, "payload type");
    }

    void rtpmap(SdpLine line, String value) throws SdpException {
        String[] words = value.split(" +", -1);
        if (words.length != 2) {
            throw line.malformed("not of the form number name/clock");
        }
        int payloadType = payloadType(line, words[0]);
        String[] parts = words[1].split("/", -1);
        if (parts.length < 2 || parts.length > 3 || parts[0].isEmpty()) {
            throw line.malformed("not of the form number name/clock");
        }
        int clockHz = line.integer(parts[1], 1, MAX_CLOCK_HZ, "clock");
        int channels = parts.length == 3 ? line.integer(parts[2], 1, 255, "channels") : 1;
        RtpFormat format =
                new RtpFormat(payloadType, parts[0], clockHz, channels, Optional.empty());
        RtpFormat before = mapped.putIfAbsent(payloadType, format);
        if (before != null && !before.sameEncoding(format)) {
            throw line.malformed("second meaning of payload type " + payloadType);
        }
    }

    void fmtp(SdpLine line, String value) throws SdpException {
        String[] words = value.split(" +", 2);
        int payloadType = payloadType(line, words[0]);
        if (words.length == 2) {
            if (words[1].length() > MAX_FMTP_LENGTH) {
                throw line.unacceptable(
                        "parameters of more than " + MAX_FMTP_LENGTH + " characters");
            }
            parameters.putIfAbsent(payloadType, words[1]);
        }
    }

    /// The formats in the order of the `m=` line. One that says the same as an earlier one is left
    /// out.
    List<RtpFormat> formats() {
        List<RtpFormat> formats = new ArrayList<>();
        for (int payloadType : payloadTypes) {
            Optional.ofNullable(mapped.get(payloadType))
                    .or(() -> staticFormat(payloadType))
                    .map(this::withParameters)
                    .filter(format -> formats.stream().noneMatch(f -> saysTheSame(f, format)))
                    .ifPresent(formats::add);
        }
        return formats;
    }

    private Optional<RtpFormat> staticFormat(int payloadType) {
        return audio ? Optional.ofNullable(STATIC_AUDIO.get(payloadType)) : Optional.empty();
    }

    private RtpFormat withParameters(RtpFormat format) {
        return new RtpFormat(
                format.payloadType(),
                format.encodingName(),
                format.clockRateHz(),
                format.channels(),
                Optional.ofNullable(parameters.get(format.payloadType())));
    }

    private static boolean saysTheSame(RtpFormat one, RtpFormat other) {
        return one.sameEncoding(other) && one.fmtp().equals(other.fmtp());
    }
}
