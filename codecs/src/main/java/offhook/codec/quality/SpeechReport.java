package offhook.codec.quality;

import java.util.Arrays;

/// What became of speech on its way.
///
/// @param stoi intelligibility 0-1, see [Stoi]
/// @param lsdDb spectral distance, see [LogSpectralDistance]
/// @param delayMillis how late it came, see [Alignment]
/// @param levelDifferenceDb positive: it came out louder than it went in
/// @param dropOutsOver40Millis gaps inside speech, see [DropOuts]
public record SpeechReport(
        double stoi,
        double lsdDb,
        double delayMillis,
        double levelDifferenceDb,
        int dropOutsOver40Millis) {

    private static final int SAMPLE_RATE_HZ = 8000;
    private static final int MAX_DELAY_MILLIS = 2000;
    private static final int DROP_OUT_MILLIS = 40;

    /// As [#compare(Recording, Recording, int)] with a delay of up to 2 s either way.
    public static SpeechReport compare(Recording reference, Recording degraded) {
        return compare(reference, degraded, MAX_DELAY_MILLIS);
    }

    /// Compares over the time that both recordings cover; their sample rates may differ, the
    /// comparison is made at 8 kHz.
    ///
    /// @param maxDelayMillis how far apart they may have been started, either way
    public static SpeechReport compare(
            Recording reference, Recording degraded, int maxDelayMillis) {
        Recording before = reference.at(SAMPLE_RATE_HZ);
        Recording after = degraded.at(SAMPLE_RATE_HZ);
        double delayMillis = Alignment.of(before, after, maxDelayMillis).delayMillis();
        int delay = (int) Math.round(delayMillis * SAMPLE_RATE_HZ / 1000);
        Recording x = from(before, Math.max(0, -delay));
        Recording y = from(after, Math.max(0, delay));
        return new SpeechReport(
                Stoi.of(x, y),
                LogSpectralDistance.of(x, y),
                delayMillis,
                levelDifferenceDb(x.signal(), y.signal()),
                DropOuts.count(x, y, DROP_OUT_MILLIS));
    }

    private static Recording from(Recording recording, int start) {
        short[] pcm = recording.pcm();
        int cut = Math.min(start, pcm.length);
        return new Recording(Arrays.copyOfRange(pcm, cut, pcm.length), recording.sampleRateHz());
    }

    private static double levelDifferenceDb(double[] x, double[] y) {
        double xEnergy = 0;
        double yEnergy = 0;
        for (int i = 0; i < Math.min(x.length, y.length); i++) {
            xEnergy += x[i] * x[i];
            yEnergy += y[i] * y[i];
        }
        return 10 * Math.log10((yEnergy + 1) / (xEnergy + 1));
    }
}
