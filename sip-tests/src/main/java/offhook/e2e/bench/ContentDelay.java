package offhook.e2e.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import offhook.codec.quality.Alignment;
import offhook.e2e.phone.Heard;
import offhook.e2e.speech.Pcm;
import offhook.e2e.web.Ear;
import offhook.e2e.web.FrameLoop;
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

    /// Quantiles of delays in milliseconds; not-a-number if there are none.
    public record Quantiles(double p50, double p95, double p99, int packets) {
        public static Quantiles of(List<Double> delays) {
            double[] sorted = delays.stream().mapToDouble(Double::doubleValue).sorted().toArray();
            return new Quantiles(
                    at(sorted, 0.50), at(sorted, 0.95), at(sorted, 0.99), sorted.length);
        }

        private static double at(double[] sorted, double part) {
            return sorted.length == 0
                    ? Double.NaN
                    : sorted[Math.min(sorted.length - 1, (int) (sorted.length * part))];
        }
    }

    private ContentDelay() {}

    /// The delay of each packet that could be matched.
    ///
    /// @param sent without gaps, one each 20 ms
    public static List<Double> of(FrameLoop said, List<RtpSource.Sent> sent, List<Heard> heard) {
        List<Double> delays = new ArrayList<>();
        if (sent.isEmpty() || heard.isEmpty()) {
            return delays;
        }
        Pcm reference = said(said, sent);
        Pcm degraded = Ear.hear(heard);
        int ticksPerMilli = heard.getFirst().payloadType() == 8 ? 8 : 48;
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
                    delays.add(since - (inMillis - (double) k * PACKET_MILLIS));
                }
            }
        }
        return delays;
    }

    private static Pcm said(FrameLoop said, List<RtpSource.Sent> sent) {
        int frame = 8 * PACKET_MILLIS;
        short[] out = new short[sent.size() * frame];
        for (int i = 0; i < sent.size(); i++) {
            int from = sent.get(i).frame() * frame;
            short[] part = Arrays.copyOfRange(said.decoded().samples(), from, from + frame);
            System.arraycopy(part, 0, out, i * frame, frame);
        }
        return new Pcm(8000, out);
    }
}
