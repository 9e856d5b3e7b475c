package offhook.e2e.media;

import java.util.List;
import offhook.codec.quality.SpeechReport;
import offhook.e2e.bench.ContentDelay;
import offhook.e2e.bench.Quantiles;
import offhook.e2e.phone.Heard;
import offhook.e2e.speech.Comparison;
import offhook.e2e.speech.Pcm;
import offhook.e2e.web.Ear;
import offhook.e2e.web.RtpSource.Sent;

/// One direction of a call: what was said, and what of it came.
record Way(Talk talk, List<Sent> sent, List<Heard> heard) {
    private static final int FRAME_SAMPLES = 160;

    /// More than anything is delayed.
    private static final long LATEST_NANOS = 400_000_000L;

    /// What was said within that time, on `System.nanoTime()`, and what came until a little after.
    Way between(long fromNanos, long toNanos) {
        return new Way(
                talk,
                sent.stream()
                        .filter(s -> s.atNanos() >= fromNanos && s.atNanos() < toNanos)
                        .toList(),
                heard.stream()
                        .filter(h -> h.atNanos() >= fromNanos)
                        .filter(h -> h.atNanos() < toNanos + LATEST_NANOS)
                        .toList());
    }

    /// How the voice came over, by a receiver that conceals as all do.
    SpeechReport speech() {
        return Comparison.of(said(), Ear.hear(heard)).report();
    }

    /// The delay by content, packet for packet.
    List<ContentDelay.Point> delays() {
        return ContentDelay.points(talk.loop(), sent, heard, Ear.hear(heard));
    }

    Quantiles delay() {
        return Quantiles.of(delays().stream().map(ContentDelay.Point::delayMillis).toList());
    }

    private Pcm said() {
        short[] out = new short[sent.size() * FRAME_SAMPLES];
        for (int i = 0; i < sent.size(); i++) {
            int from = sent.get(i).frame() * FRAME_SAMPLES;
            System.arraycopy(talk.voice().samples(), from, out, i * FRAME_SAMPLES, FRAME_SAMPLES);
        }
        return new Pcm(8000, out);
    }
}
