package offhook.e2e.web;

import java.util.Arrays;
import java.util.List;
import offhook.codec.opus.OpusDecoder;
import offhook.e2e.phone.Heard;
import offhook.e2e.phone.RtpAudio;
import offhook.e2e.speech.Pcm;

/// The sound in what a web peer received.
public final class OpusAudio {
    private static final int RATE_HZ = 8000;
    private static final int TICKS_PER_SAMPLE = 6;
    private static final int MAX_SAMPLES = RATE_HZ * 120 / 1000;

    private OpusAudio() {}

    /// Decodes packets of one payload type: G.711 by its static types, Opus otherwise. What is
    /// missing is silence. Position 0 is the first packet's timestamp.
    public static Pcm toPcm(List<Heard> packets) {
        if (packets.stream().allMatch(p -> p.payloadType() == 0 || p.payloadType() == 8)) {
            return RtpAudio.toPcm(packets);
        }
        short[] out = new short[0];
        int end = 0;
        short[] frame = new short[MAX_SAMPLES];
        try (var decoder = new OpusDecoder(RATE_HZ)) {
            for (Heard packet : packets) {
                int at = positionOf(packet, packets.getFirst());
                byte[] payload = packet.payload();
                int samples = decoder.decode(payload, 0, payload.length, frame, 0);
                if (at < 0) {
                    continue;
                }
                if (at + samples > out.length) {
                    out = Arrays.copyOf(out, 2 * (at + samples));
                }
                System.arraycopy(frame, 0, out, at, samples);
                end = Math.max(end, at + samples);
            }
        }
        return new Pcm(RATE_HZ, Arrays.copyOf(out, end));
    }

    private static int positionOf(Heard packet, Heard first) {
        return (int) (packet.timestamp() - first.timestamp()) / TICKS_PER_SAMPLE;
    }
}
