package offhook.e2e.speech;

import java.util.List;
import offhook.codec.quality.Alignment;
import offhook.codec.quality.SpeechReport;

/// What was heard against what was said, when the heard part may start anywhere in what was said.
///
/// A receiver's jitter buffer stretches and squeezes sound while the network's delay changes; a
/// listener does not notice, but a measure that compares 400 ms pieces at one fixed delay would. So
/// the delay is followed over time, as PESQ does by utterances (ITU-T P.862 §10.1.4), and told
/// apart from the quality: `delaySpreadMillis`.
///
/// @param report over the time that both cover, at the followed delay
/// @param startMillis where in the reference the heard sound starts; negative: it starts with
///   something else, for instance silence
/// @param delaySpreadMillis between the least and the greatest delay on the way
public record Comparison(SpeechReport report, double startMillis, double delaySpreadMillis) {
    private static final int RATE_HZ = 8000;
    private static final int STRETCH_MILLIS = 500;
    private static final int STEP_MILLIS = 100;
    private static final int REACH_MILLIS = 400;

    /// Less alike than this, a stretch says nothing about its delay.
    private static final double MIN_CORRELATION = 0.5;

    /// Compares.
    ///
    /// @param said repeated as often as it was played
    public static Comparison of(Pcm said, Pcm heard) {
        Pcm reference = at8k(said);
        Pcm degraded = at8k(heard);
        int reachMillis = (int) (1000 * Math.max(reference.seconds(), degraded.seconds()));
        double delayMillis =
                Alignment.of(reference.toRecording(), degraded.toRecording(), reachMillis)
                        .delayMillis();
        reference = from(reference, Math.max(0, -delayMillis));
        degraded = from(degraded, Math.max(0, delayMillis));
        int length = Math.min(reference.samples().length, degraded.samples().length);
        reference = reference.slice(0, length);
        List<Alignment.Point> track =
                Alignment.track(
                                reference.toRecording(),
                                degraded.toRecording(),
                                STRETCH_MILLIS,
                                STEP_MILLIS,
                                REACH_MILLIS)
                        .stream()
                        .filter(point -> point.alignment().correlation() > MIN_CORRELATION)
                        .toList();
        return new Comparison(
                SpeechReport.compare(
                        reference.toRecording(), follow(track, reference, degraded).toRecording()),
                -delayMillis,
                spread(track));
    }

    /// The heard sound with its delay taken out, which changes where that fits best.
    private static Pcm follow(List<Alignment.Point> track, Pcm reference, Pcm degraded) {
        short[] out = new short[reference.samples().length];
        int start = 0;
        for (int k = 0; k < track.size(); k++) {
            int delay = delaySamples(track.get(k));
            int end =
                    k + 1 < track.size()
                            ? change(track.get(k), track.get(k + 1), start, reference, degraded)
                            : out.length;
            for (int i = start; i < end; i++) {
                out[i] = sample(degraded, i + delay);
            }
            start = end;
        }
        return new Pcm(RATE_HZ, out);
    }

    /// The sample from which the later delay fits better than the earlier one: the least sum of
    /// squared differences before it at the one and after it at the other.
    private static int change(
            Alignment.Point before,
            Alignment.Point after,
            int earliest,
            Pcm reference,
            Pcm degraded) {
        int length = reference.samples().length;
        int half = STRETCH_MILLIS * RATE_HZ / 1000 / 2;
        int from = Math.clamp(middle(before) - half, earliest, length);
        int to = Math.clamp(middle(after) + half, from, length);
        int first = delaySamples(before);
        int second = delaySamples(after);
        double sum = 0;
        double least = 0;
        int best = from;
        for (int i = from; i < to && first != second; i++) {
            sum += squaredError(reference, degraded, i, first);
            sum -= squaredError(reference, degraded, i, second);
            if (sum < least) {
                least = sum;
                best = i + 1;
            }
        }
        return best;
    }

    private static double squaredError(Pcm reference, Pcm degraded, int at, int delay) {
        return Math.pow(reference.samples()[at] - sample(degraded, at + delay), 2);
    }

    private static short sample(Pcm sound, int at) {
        return at >= 0 && at < sound.samples().length ? sound.samples()[at] : 0;
    }

    private static int middle(Alignment.Point point) {
        return (int) (point.atMillis() * RATE_HZ / 1000);
    }

    private static int delaySamples(Alignment.Point point) {
        return (int) Math.round(point.alignment().delayMillis() * RATE_HZ / 1000);
    }

    private static double spread(List<Alignment.Point> track) {
        var delays =
                track.stream().mapToDouble(p -> p.alignment().delayMillis()).summaryStatistics();
        return track.isEmpty() ? 0 : delays.getMax() - delays.getMin();
    }

    private static Pcm at8k(Pcm sound) {
        return new Pcm(RATE_HZ, sound.toRecording().at(RATE_HZ).pcm());
    }

    private static Pcm from(Pcm sound, double millis) {
        int start = (int) Math.round(millis * sound.rateHz() / 1000);
        return sound.slice(start, Math.max(start, sound.samples().length));
    }
}
