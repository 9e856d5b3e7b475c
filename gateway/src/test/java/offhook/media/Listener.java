package offhook.media;

import java.util.Arrays;
import java.util.List;
import offhook.codec.AudioCodec;
import offhook.codec.Decoder;
import offhook.codec.dsp.Level;
import offhook.codec.dsp.ToneDetector;

/// Plays what was sent on a leg, each packet at the place that its timestamp says; silence where
/// nothing was sent.
final class Listener {

    static final int RATE_HZ = 8000;

    private final short[] pcm;

    private Listener(short[] pcm) {
        this.pcm = pcm;
    }

    static Listener of(List<RecordingLeg.Sent> sent) {
        return of(sent, false);
    }

    /// @param conceals whether gaps are concealed, as a browser does
    static Listener of(List<RecordingLeg.Sent> sent, boolean conceals) {
        Transcoder codecs = new Transcoder(offhook.codec.opus.OpusSettings.NARROWBAND);
        short[] pcm = new short[0];
        short[] decoded = new short[Decoder.MAX_SAMPLES];
        long at = 0;
        int end = 0;
        boolean first = true;
        for (RecordingLeg.Sent each : sent) {
            if (!first) {
                at += (long) each.clockTicks() * RATE_HZ / each.codec().rtpClockHz();
            }
            first = false;
            int start = Math.toIntExact(at);
            int rateHz = each.codec() == AudioCodec.G722 ? 16_000 : RATE_HZ;
            Decoder decoder = codecs.decoder(each.codec(), rateHz);
            if (pcm.length < start + Decoder.MAX_SAMPLES) {
                pcm = Arrays.copyOf(pcm, 2 * (start + Decoder.MAX_SAMPLES));
            }
            if (conceals && start > end && start - end <= RATE_HZ && rateHz == RATE_HZ) {
                for (; start - end >= 20; end += Math.min(160, (start - end) / 20 * 20)) {
                    decoder.conceal(pcm, end, Math.min(160, (start - end) / 20 * 20));
                }
            }
            int samples = decoder.decode(each.payload(), 0, each.payload().length, decoded, 0);
            int step = rateHz / RATE_HZ;
            for (int i = 0; i < samples / step; i++) {
                pcm[start + i] = decoded[i * step];
            }
            end = start + samples / step;
        }
        codecs.close();
        return new Listener(Arrays.copyOf(pcm, end));
    }

    short[] pcm() {
        return pcm;
    }

    int millis() {
        return pcm.length / (RATE_HZ / 1000);
    }

    double toneDbov(int fromMillis, int toMillis, double hz) {
        int from = fromMillis * (RATE_HZ / 1000);
        int to = Math.min(pcm.length, toMillis * (RATE_HZ / 1000));
        return to <= from ? -100 : new ToneDetector(RATE_HZ).levelDbov(pcm, from, to - from, hz);
    }

    double rmsDbov(int fromMillis, int toMillis) {
        int from = fromMillis * (RATE_HZ / 1000);
        int to = Math.min(pcm.length, toMillis * (RATE_HZ / 1000));
        return to <= from ? -100 : Level.rmsDbov(pcm, from, to - from);
    }
}
