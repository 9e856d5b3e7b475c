package offhook.e2e.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import offhook.codec.Decoder;
import offhook.codec.g722.G722Decoder;
import offhook.codec.quality.Alignment;
import offhook.e2e.phone.Heard;
import offhook.e2e.speech.Pcm;
import offhook.e2e.web.FrameLoop;
import offhook.e2e.web.OpusAudio;
import offhook.e2e.web.RtpSource;

/// How long sound stays in the gateway, by its content: what was heard is decoded and laid over
/// what was said, stretch by stretch, and each packet out is timed against the moment at which the
/// same sound went in.
///
/// Look-ahead of the gateway's encoder counts, the 20 ms of a packet do not.
public final class ContentDelay {
    private static final int STRETCH_MILLIS = 600;
    private static final int STEP_MILLIS = 500;
    private static final int REACH_MILLIS = 400;
    private static final double MIN_CORRELATION = 0.8;
    private static final int PACKET_MILLIS = 20;
    private static final int G722 = 9;

    /// The delay of a packet.
    ///
    /// @param atNanos when it came
    public record Point(long atNanos, double delayMillis) {}

    private ContentDelay() {}

    /// The delay of each packet that could be matched.
    ///
    /// @param sent without gaps, one each 20 ms
    static List<Double> of(FrameLoop said, List<RtpSource.Sent> sent, List<Heard> heard) {
        return heard.isEmpty()
                ? List.of()
                : points(said, sent, heard, decoded(heard, said.decoded().rateHz())).stream()
                        .map(Point::delayMillis)
                        .toList();
    }

    /// The same with the time of each.
    ///
    /// @param degraded what was heard, from the timestamp of the first packet on
    public static List<Point> points(
            FrameLoop said, List<RtpSource.Sent> sent, List<Heard> heard, Pcm degraded) {
        List<Point> delays = new ArrayList<>();
        if (sent.isEmpty() || heard.isEmpty()) {
            return delays;
        }
        Pcm reference = said(said, sent);
        int ticksPerMilli = isTelephony(heard.getFirst()) ? 8 : 48;
        List<Alignment.Point> points =
                Alignment.track(
                        reference.toRecording(),
                        degraded.toRecording(),
                        STRETCH_MILLIS,
                        STEP_MILLIS,
                        REACH_MILLIS);
        for (Alignment.Point point : points) {
            if (point.alignment().correlation() < MIN_CORRELATION) {
                continue;
            }
            double shift = point.alignment().delayMillis();
            for (Heard packet : heard) {
                int ticks = (int) (packet.timestamp() - heard.getFirst().timestamp());
                double inMillis = (double) ticks / ticksPerMilli - shift;
                boolean near = Math.abs(inMillis - point.atMillis()) <= STEP_MILLIS / 2.0;
                int k = (int) (inMillis / PACKET_MILLIS);
                if (near && inMillis >= 0 && k < sent.size()) {
                    double since = (packet.atNanos() - sent.get(k).atNanos()) / 1e6;
                    double delayMillis = since - (inMillis - (double) k * PACKET_MILLIS);
                    delays.add(new Point(packet.atNanos(), delayMillis));
                }
            }
        }
        return delays;
    }

    private static Pcm said(FrameLoop said, List<RtpSource.Sent> sent) {
        int frame = said.decoded().rateHz() / 1000 * PACKET_MILLIS;
        short[] out = new short[sent.size() * frame];
        for (int i = 0; i < sent.size(); i++) {
            int from = sent.get(i).frame() * frame;
            short[] part = Arrays.copyOfRange(said.decoded().samples(), from, from + frame);
            System.arraycopy(part, 0, out, i * frame, frame);
        }
        return new Pcm(said.decoded().rateHz(), out);
    }

    /// Whether the RTP clock of a packet is that of G.711 and G.722: their static payload types
    /// (RFC 3551 §6).
    private static boolean isTelephony(Heard packet) {
        return packet.payloadType() <= G722;
    }

    /// @param rateHz of what was said, for codecs that have several
    private static Pcm decoded(List<Heard> heard, int rateHz) {
        return heard.getFirst().payloadType() == G722
                ? g722(heard)
                : OpusAudio.toPcm(heard, rateHz);
    }

    /// Position 0 is the first packet's timestamp; what is missing is silence.
    private static Pcm g722(List<Heard> heard) {
        long first = heard.getFirst().timestamp();
        int ticks = heard.stream().mapToInt(p -> (int) (p.timestamp() - first)).max().orElseThrow();
        short[] out = new short[2 * ticks + Decoder.MAX_SAMPLES];
        int end = 0;
        try (var decoder = new G722Decoder()) {
            for (Heard packet : heard) {
                int at = 2 * (int) (packet.timestamp() - first);
                if (packet.payloadType() == G722 && at >= 0) {
                    byte[] payload = packet.payload();
                    end = Math.max(end, at + decoder.decode(payload, 0, payload.length, out, at));
                }
            }
        }
        return new Pcm(16_000, Arrays.copyOf(out, end));
    }
}
