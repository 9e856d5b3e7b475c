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
                        reference.toRecording(), follow(track, degraded, length).toRecording()),
                -delayMillis,
                spread(track));
    }

    /// The heard sound, each sample taken at the delay of the nearest point.
    private static Pcm follow(List<Alignment.Point> track, Pcm degraded, int length) {
        short[] out = new short[length];
        int next = 0;
        for (int i = 0; i < length && !track.isEmpty(); i++) {
            double atMillis = 1000.0 * i / RATE_HZ;
            while (next + 1 < track.size()
                    && Math.abs(track.get(next + 1).atMillis() - atMillis)
                            <= Math.abs(track.get(next).atMillis() - atMillis)) {
                next++;
            }
            double delayMillis = track.get(next).alignment().delayMillis();
            int source = i + (int) Math.round(delayMillis * RATE_HZ / 1000);
            if (source >= 0 && source < degraded.samples().length) {
                out[i] = degraded.samples()[source];
            }
        }
        return new Pcm(RATE_HZ, out);
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
