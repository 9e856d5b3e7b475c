package offhook.codec.quality;

/// How far two spectra are apart over the telephone band, in dB: per frame of 32 ms the root mean
/// square over 300-3400 Hz of the difference of the logarithmic power spectra, averaged over the
/// frames in which the reference speaks [A. H. Gray, J. D. Markel: "Distance Measures for Speech
/// Processing", IEEE Trans. ASSP 24(5), 1976].
public final class LogSpectralDistance {

    private static final int SAMPLE_RATE_HZ = 8000;
    private static final int FRAME = 256;
    private static final int HOP = FRAME / 2;
    private static final int FIRST_BIN = 300 * FRAME / SAMPLE_RATE_HZ + 1;
    private static final int LAST_BIN = 3400 * FRAME / SAMPLE_RATE_HZ;
    private static final double SPEECH_RANGE_DB = 40;

    /// Bins this far below the frame's mean are masked by it for any ear and count as equal.
    private static final double MASKED_DB = 30;

    private static final double[] WINDOW = Spectrum.hann(FRAME);

    private LogSpectralDistance() {}

    /// The distance of two recordings.
    ///
    /// @param reference the clean signal
    /// @param degraded what became of it, aligned with it; what is longer is cut off
    /// @return 0 if the reference is silent
    public static double of(Recording reference, Recording degraded) {
        double[] x = reference.at(SAMPLE_RATE_HZ).signal();
        double[] y = degraded.at(SAMPLE_RATE_HZ).signal();
        int frames = Math.max(0, (Math.min(x.length, y.length) - FRAME) / HOP + 1);
        double[] power = new double[frames];
        double loudest = 0;
        for (int frame = 0; frame < frames; frame++) {
            power[frame] = bandPower(Spectrum.ofFrame(x, frame * HOP, WINDOW, FRAME));
            loudest = Math.max(loudest, power[frame]);
        }
        double sum = 0;
        int count = 0;
        for (int frame = 0; frame < frames; frame++) {
            if (power[frame] > loudest * Math.pow(10, -SPEECH_RANGE_DB / 10)) {
                Spectrum xFrame = Spectrum.ofFrame(x, frame * HOP, WINDOW, FRAME);
                Spectrum yFrame = Spectrum.ofFrame(y, frame * HOP, WINDOW, FRAME);
                sum += distance(xFrame, yFrame, power[frame] * Math.pow(10, -MASKED_DB / 10));
                count++;
            }
        }
        return count == 0 ? 0 : sum / count;
    }

    private static double distance(Spectrum x, Spectrum y, double floor) {
        double sum = 0;
        for (int bin = FIRST_BIN; bin <= LAST_BIN; bin++) {
            double db =
                    10 * Math.log10(Math.max(x.power(bin), floor) / Math.max(y.power(bin), floor));
            sum += db * db;
        }
        return Math.sqrt(sum / (LAST_BIN - FIRST_BIN + 1));
    }

    private static double bandPower(Spectrum spectrum) {
        double sum = 0;
        for (int bin = FIRST_BIN; bin <= LAST_BIN; bin++) {
            sum += spectrum.power(bin);
        }
        return sum / (LAST_BIN - FIRST_BIN + 1);
    }
}
