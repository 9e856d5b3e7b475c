package offhook.media;

import java.util.Arrays;
import java.util.Map;
import java.util.OptionalInt;
import offhook.codec.AudioCodec;
import offhook.sdp.RtpFormat;
import org.jspecify.annotations.Nullable;

/// Which payload type means what on a leg, as it was agreed. Immutable.
final class PayloadTypes {

    private static final AudioCodec[] CODECS = AudioCodec.values();
    private static final byte NONE = -1;

    /// Phones send it unasked: nothing else may be meant by it (RFC 3551 §6).
    private static final int STATIC_NOISE = 13;

    /// Places in [#CODECS]: a table of references would take a KiB.
    private final byte[] codecs = new byte[128];

    private final int[] payloadTypes = new int[AudioCodec.values().length];
    private final int events;
    private final int noise;

    /// @param formats audio formats by payload type
    /// @param events payload type of telephone events, where agreed
    PayloadTypes(Map<Integer, RtpFormat> formats, OptionalInt events) {
        this(formats, events, OptionalInt.empty());
    }

    /// @param formats audio formats by payload type
    /// @param events payload type of telephone events, where agreed
    /// @param noise payload type of comfort noise, where agreed
    PayloadTypes(Map<Integer, RtpFormat> formats, OptionalInt events, OptionalInt noise) {
        Arrays.fill(codecs, NONE);
        Arrays.fill(payloadTypes, -1);
        formats.forEach((payloadType, format) ->
                AudioCodec.ofEncodingName(format.encodingName())
                        .ifPresent(codec -> {
                            codecs[payloadType] = (byte) codec.ordinal();
                            payloadTypes[codec.ordinal()] = payloadType;
                        }));
        this.events = events.orElse(-1);
        boolean free = !formats.containsKey(STATIC_NOISE) && this.events != STATIC_NOISE;
        this.noise = noise.orElse(free ? STATIC_NOISE : -1);
    }

    /// The codec of a format that we agreed on, and so must know.
    static AudioCodec codecOf(RtpFormat format) {
        return AudioCodec.ofEncodingName(format.encodingName())
                .orElseThrow(() -> new IllegalStateException("agreed on " + format.encodingName()));
    }

    /// The codec of a payload type, 0-127; null when it is not audio we agreed on.
    @Nullable AudioCodec codec(int payloadType) {
        byte place = codecs[payloadType];
        return place == NONE ? null : CODECS[place];
    }

    /// The payload type of a codec, or -1 when it was not agreed on.
    int payloadType(AudioCodec codec) {
        return payloadTypes[codec.ordinal()];
    }

    boolean isEvents(int payloadType) {
        return payloadType == events;
    }

    boolean isNoise(int payloadType) {
        return payloadType == noise;
    }

    boolean isAgreed(int payloadType) {
        return isEvents(payloadType) || codecs[payloadType] != NONE;
    }
}
