package offhook.e2e.web;

import java.util.Arrays;
import java.util.List;
import offhook.codec.opus.OpusDecoder;
import offhook.e2e.phone.Heard;
import offhook.e2e.phone.RtpAudio;
import offhook.e2e.speech.Pcm;

/// The sound in what a web peer received.
public final class OpusAudio {
    private static final int CLOCK_HZ = 48_000;
    private static final int NARROW_HZ = 8000;

    private OpusAudio() {}

    /// Decodes packets of one payload type: G.711 by its static types, Opus otherwise. What is
    /// missing is silence. Position 0 is the first packet's timestamp.
    public static Pcm toPcm(List<Heard> packets) {
        return toPcm(packets, NARROW_HZ);
    }

    /// The same with Opus at another rate.
    public static Pcm toPcm(List<Heard> packets, int rateHz) {
        if (packets.stream().allMatch(p -> p.payloadType() == 0 || p.payloadType() == 8)) {
            return RtpAudio.toPcm(packets);
        }
        short[] out = new short[0];
        int end = 0;
        short[] frame = new short[rateHz * 120 / 1000];
        try (var decoder = new OpusDecoder(rateHz)) {
            for (Heard packet : packets) {
                int ticks = (int) (packet.timestamp() - packets.getFirst().timestamp());
                int at = ticks / (CLOCK_HZ / rateHz);
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
        return new Pcm(rateHz, Arrays.copyOf(out, end));
    }
}
