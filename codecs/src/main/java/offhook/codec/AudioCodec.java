package offhook.codec;

import java.util.Optional;

/// An audio codec we speak, with the numbers that RTP and our own processing need. The RTP clock
/// and the sample rate are two things: Opus counts at 48 kHz whatever it codes (RFC 7587 §4.1), and
/// we run it at the 8 kHz of the trunks it is bridged to.
public enum AudioCodec {
    /// G.711 µ-law (RFC 3551 §4.5.14).
    PCMU("PCMU", 0, 8000, 8000),
    /// G.711 A-law (RFC 3551 §4.5.14).
    PCMA("PCMA", 8, 8000, 8000),
    /// G.722 at 64 kbit/s. Its RTP clock runs at half the sample rate: an error in the first RTP
    /// profile that everybody kept (RFC 3551 §4.5.2).
    G722("G722", 9, 8000, 16000),
    /// Opus (RFC 6716, RFC 7587).
    OPUS("opus", -1, 48000, 8000);

    private final String encodingName;
    private final int staticPayloadType;
    private final int rtpClockHz;
    private final int sampleRateHz;

    AudioCodec(String encodingName, int staticPayloadType, int rtpClockHz, int sampleRateHz) {
        this.encodingName = encodingName;
        this.staticPayloadType = staticPayloadType;
        this.rtpClockHz = rtpClockHz;
        this.sampleRateHz = sampleRateHz;
    }

    /// The name in `a=rtpmap` as its RFC spells it; peers may use any case (RFC 8866 §6.6).
    public String encodingName() {
        return encodingName;
    }

    /// The payload type of RFC 3551 §6, or -1 where the session description chooses one.
    public int staticPayloadType() {
        return staticPayloadType;
    }

    /// Ticks of the RTP timestamp per second.
    public int rtpClockHz() {
        return rtpClockHz;
    }

    /// Samples per second of the PCM on our side of the codec.
    public int sampleRateHz() {
        return sampleRateHz;
    }

    /// How far the RTP timestamp moves over `samples` samples of our PCM.
    public int rtpTicks(int samples) {
        return (int) ((long) samples * rtpClockHz / sampleRateHz);
    }

    /// The codec that an `a=rtpmap` names.
    public static Optional<AudioCodec> ofEncodingName(String name) {
        for (AudioCodec codec : values()) {
            if (codec.encodingName.equalsIgnoreCase(name)) {
                return Optional.of(codec);
            }
        }
        return Optional.empty();
    }

    /// The codec of a static payload type.
    public static Optional<AudioCodec> ofStaticPayloadType(int payloadType) {
        for (AudioCodec codec : values()) {
            if (payloadType >= 0 && codec.staticPayloadType == payloadType) {
                return Optional.of(codec);
            }
        }
        return Optional.empty();
    }
}
