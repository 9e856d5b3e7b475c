package offhook.e2e.speech;

import offhook.codec.quality.Alignment;
import offhook.codec.quality.SpeechReport;

/// What was heard against what was said, when the heard part may start anywhere in what was said.
///
/// @param report over the time that both cover
/// @param startMillis where in the reference the heard sound starts; negative: it starts with
///   something else, for instance silence
public record Comparison(SpeechReport report, double startMillis) {
    /// Compares.
    ///
    /// @param said repeated as often as it was played
    public static Comparison of(Pcm said, Pcm heard) {
        int reachMillis = (int) (1000 * Math.max(said.seconds(), heard.seconds()));
        double delayMillis =
                Alignment.of(said.toRecording(), heard.toRecording(), reachMillis).delayMillis();
        Pcm reference = said;
        Pcm degraded = heard;
        if (delayMillis < 0) {
            reference = from(said, -delayMillis);
        } else {
            degraded = from(heard, delayMillis);
        }
        double seconds = Math.min(reference.seconds(), degraded.seconds());
        return new Comparison(
                SpeechReport.compare(
                        first(reference, seconds).toRecording(),
                        first(degraded, seconds).toRecording()),
                -delayMillis);
    }

    private static Pcm from(Pcm sound, double millis) {
        int start = (int) Math.round(millis * sound.rateHz() / 1000);
        return sound.slice(start, Math.max(start, sound.samples().length));
    }

    private static Pcm first(Pcm sound, double seconds) {
        int end = (int) Math.min(seconds * sound.rateHz(), sound.samples().length);
        return sound.slice(0, end);
    }
}
