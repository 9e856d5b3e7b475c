package offhook.e2e.capture;

import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import offhook.e2e.phone.Heard;

/// How long a packet's sound stayed in the gateway: from the packet in to the packet out that
/// carries it, both of 20 ms.
///
/// Which packet out that is, the content tells: loud packets in must be loud packets out.
///
/// @param pairs how many packets were compared
/// @param correlation of loudness in and out at the chosen offset; near 1 is certain
/// @param firstOutNanos when the first packet out left that carries a packet in, since the epoch
public record AddedDelay(
        double p50Millis, double p95Millis, int pairs, double correlation, long firstOutNanos) {
    private static final int REACH_PACKETS = 60;
    private static final int MIN_PAIRS = 100;

    /// Opus looks ahead 6.5 ms before it codes (RFC 6716 §2.1.3 with libopus' VOIP mode); that is
    /// inside the packets and adds to what their times show.
    public static final double OPUS_LOOK_AHEAD_MILLIS = 6.5;

    /// From the phone's G.711 to the browser's SRTP.
    public static Optional<AddedDelay> phoneToWeb(RtpFlow trunkIn, RtpFlow webOut) {
        return between(trunkIn, trunkIn.energiesOfG711(), webOut, webOut.payloadLengths());
    }

    /// From the browser's SRTP to the phone's G.711. Two things tell how loud a packet is: its
    /// level extension, measured a little before what it codes, and its length, which also grows
    /// where sounds begin. Either alone can be a packet off; their mean is not.
    ///
    /// @param audioLevelId extension id of `ssrc-audio-level`; 0 if there is none
    public static Optional<AddedDelay> webToPhone(
            RtpFlow webIn, RtpFlow trunkOut, int audioLevelId) {
        double[] loudness = standard(webIn.payloadLengths());
        double[] levels = audioLevelId == 0 ? new double[0] : webIn.audioLevels(audioLevelId);
        if (levels.length == loudness.length) {
            double[] standardLevels = standard(levels);
            Arrays.setAll(loudness, i -> loudness[i] + standardLevels[i]);
        }
        return between(webIn, loudness, trunkOut, trunkOut.energiesOfG711());
    }

    /// The same with mean 0 and deviation 1; all 0 if nothing varies.
    private static double[] standard(double[] values) {
        double mean = Arrays.stream(values).average().orElse(0);
        double deviation =
                Math.sqrt(
                        Arrays.stream(values)
                                .map(v -> (v - mean) * (v - mean))
                                .average()
                                .orElse(0));
        return Arrays.stream(values)
                .map(v -> deviation < 1e-9 ? 0 : (v - mean) / deviation)
                .toArray();
    }

    private static Optional<AddedDelay> between(
            RtpFlow in, double[] loudnessIn, RtpFlow out, double[] loudnessOut) {
        if (in.isEmpty() || out.isEmpty()) {
            return Optional.empty();
        }
        long[] framesIn = frames(in);
        Map<Long, Integer> indexOut = new HashMap<>();
        long[] framesOut = frames(out);
        for (int i = 0; i < framesOut.length; i++) {
            indexOut.putIfAbsent(framesOut[i], i);
        }
        // Frames are counted from each side's first packet: start where their times agree.
        long base =
                Math.round(
                        (in.packets().getFirst().atNanos() - out.packets().getFirst().atNanos())
                                / 20e6);
        Optional<AddedDelay> best = Optional.empty();
        for (long offset = base - REACH_PACKETS; offset <= base + REACH_PACKETS; offset++) {
            Optional<AddedDelay> one =
                    at(offset, in, framesIn, loudnessIn, out, indexOut, loudnessOut);
            if (one.isPresent()
                    && (best.isEmpty() || one.get().correlation > best.get().correlation)) {
                best = one;
            }
        }
        return best;
    }

    private static Optional<AddedDelay> at(
            long offset,
            RtpFlow in,
            long[] framesIn,
            double[] loudnessIn,
            RtpFlow out,
            Map<Long, Integer> indexOut,
            double[] loudnessOut) {
        double[] delays = new double[framesIn.length];
        double[] x = new double[framesIn.length];
        double[] y = new double[framesIn.length];
        long firstOut = Long.MAX_VALUE;
        int n = 0;
        for (int i = 0; i < framesIn.length; i++) {
            Integer j = indexOut.get(framesIn[i] + offset);
            if (j != null) {
                long outNanos = out.packets().get(j).atNanos();
                delays[n] = (outNanos - in.packets().get(i).atNanos()) / 1e6;
                x[n] = loudnessIn[i];
                y[n] = loudnessOut[j];
                firstOut = Math.min(firstOut, outNanos);
                n++;
            }
        }
        if (n < MIN_PAIRS) {
            return Optional.empty();
        }
        double[] sorted = Arrays.copyOf(delays, n);
        Arrays.sort(sorted);
        double p50 = sorted[n / 2];
        if (p50 < 0) {
            return Optional.empty(); // Nothing leaves before it has come.
        }
        double match = correlation(x, y, n);
        // Constant lengths (G.711 both ways) say nothing: then the least spread tells.
        if (Double.isNaN(match)) {
            match = -(sorted[n * 9 / 10] - sorted[n / 10]) - p50 / 1e3;
        }
        return Optional.of(new AddedDelay(p50, sorted[n * 95 / 100], n, match, firstOut));
    }

    /// Each packet's number of 20 ms steps since the first, by its timestamp. A new source goes on
    /// where the old one stopped.
    private static long[] frames(RtpFlow flow) {
        List<Heard> packets = flow.packets();
        int step = flow.clockRateHz() / 50;
        long[] frames = new long[packets.size()];
        for (int i = 1; i < frames.length; i++) {
            Heard before = packets.get(i - 1);
            Heard packet = packets.get(i);
            long ticks =
                    packet.ssrc() == before.ssrc()
                            ? (int) (packet.timestamp() - before.timestamp())
                            : step;
            frames[i] = frames[i - 1] + Math.round((double) ticks / step);
        }
        return frames;
    }

    private static double correlation(double[] x, double[] y, int n) {
        double sx = 0;
        double sy = 0;
        for (int i = 0; i < n; i++) {
            sx += x[i];
            sy += y[i];
        }
        double xx = 0;
        double yy = 0;
        double xy = 0;
        for (int i = 0; i < n; i++) {
            double a = x[i] - sx / n;
            double b = y[i] - sy / n;
            xx += a * a;
            yy += b * b;
            xy += a * b;
        }
        return xx < 1e-9 || yy < 1e-9 ? Double.NaN : xy / Math.sqrt(xx * yy);
    }
}
