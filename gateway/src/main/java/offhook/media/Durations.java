package offhook.media;

import offhook.codec.AudioCodec;
import offhook.codec.opus.OpusPacket;
import offhook.rtp.RtpPacket;

/// How long packets play.
final class Durations {

    private Durations() {}

    /// Units of the codec's RTP clock; 0 when the payload is none of the codec.
    static int unitsOf(RtpPacket packet, AudioCodec codec) {
        return switch (codec) {
            case PCMU, PCMA, G722 -> packet.payloadLength();
            case OPUS ->
                    OpusPacket.durationUnits(
                            packet.bytes(), packet.payloadOffset(), packet.payloadLength());
        };
    }
}
