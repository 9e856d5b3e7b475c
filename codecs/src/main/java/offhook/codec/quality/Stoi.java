package offhook.codec.quality;

import java.util.Arrays;

/// Short-time objective intelligibility: how much of the words is still understood, 0-1.
public final class Stoi {

    /*
     * [1] C. H. Taal, R. C. Hendriks, R. Heusdens, J. Jensen: "An Algorithm for Intelligibility
     * Prediction of Time-Frequency Weighted Noisy Speech", IEEE Trans. Audio, Speech, Language
     * Processing 19(7), 2011. Names and equation numbers below are those of [1].
     *
     * Both signals at 10 kHz lose the frames in which the clean one is silent. Their envelopes in
     * 15 third-octave bands are cut into segments of 384 ms; in each the degraded envelope is
     * scaled to the clean one's energy, clipped (a band cannot get worse than -15 dB), and
     * correlated with it. The result is the mean of all correlations.
     */

    private static final int SAMPLE_RATE_HZ = 10_000;
    private static final int FRAME = 256;
    private static final int HOP = FRAME / 2;
    private static final int FFT_SIZE = 512;
    private static final int BANDS = 15;
    private static final double LOWEST_BAND_HZ = 150;
    private static final int SEGMENT_FRAMES = 30;
    private static final double CLIPPING_DB = -15;
    private static final double SPEECH_RANGE_DB = 40;

    private static final double[] WINDOW = Spectrum.hann(FRAME);
    private static final double CLIPPING_FACTOR = 1 + Math.pow(10, -CLIPPING_DB / 20);

    private Stoi() {}

    /// The intelligibility of one recording measured against another.
    ///
    /// @param clean the reference
    /// @param degraded what became of it, aligned with it; what is longer is cut off
    /// @return 0 also if less than a segment of 384 ms has speech
    public static double of(Recording clean, Recording degraded) {
        double[] x = clean.at(SAMPLE_RATE_HZ).signal();
        double[] y = degraded.at(SAMPLE_RATE_HZ).signal();
        int[] speech = speechFrames(x, Math.min(x.length, y.length));
        double[][] xBands = bands(overlapAdd(x, speech));
        double[][] yBands = bands(overlapAdd(y, speech));
        double sum = 0;
        int count = 0;
        for (int end = SEGMENT_FRAMES; end <= xBands[0].length; end++) {
            for (int band = 0; band < BANDS; band++) {
                sum += intermediate(xBands[band], yBands[band], end - SEGMENT_FRAMES, end);
                count++;
            }
        }
        return count == 0 ? 0 : sum / count;
    }

    /// Starts of the frames that are at most 40 dB below the loudest.
    private static int[] speechFrames(double[] x, int length) {
        int frames = Math.max(0, (length - FRAME + HOP - 1) / HOP);
        double[] energy = new double[frames];
        for (int frame = 0; frame < frames; frame++) {
            for (int i = 0; i < FRAME; i++) {
                double weighted = x[frame * HOP + i] * WINDOW[i];
                energy[frame] += weighted * weighted;
            }
        }
        double floor = Arrays.stream(energy).max().orElse(0) * Math.pow(10, -SPEECH_RANGE_DB / 10);
        int[] starts = new int[frames];
        int kept = 0;
        for (int frame = 0; frame < frames; frame++) {
            if (energy[frame] > floor) {
                starts[kept++] = frame * HOP;
            }
        }
        return Arrays.copyOf(starts, kept);
    }

    /// The signal put together from these frames only.
    private static double[] overlapAdd(double[] signal, int[] starts) {
        double[] out = new double[starts.length == 0 ? 0 : (starts.length - 1) * HOP + FRAME];
        for (int frame = 0; frame < starts.length; frame++) {
            for (int i = 0; i < FRAME; i++) {
                out[frame * HOP + i] += signal[starts[frame] + i] * WINDOW[i];
            }
        }
        return out;
    }

    /// Envelopes in third-octave bands, eq. (1): `[band][frame]`.
    private static double[][] bands(double[] signal) {
        int frames = Math.max(0, (signal.length - FRAME + HOP - 1) / HOP);
        double[][] bands = new double[BANDS][frames];
        for (int frame = 0; frame < frames; frame++) {
            Spectrum spectrum = Spectrum.ofFrame(signal, frame * HOP, WINDOW, FFT_SIZE);
            for (int band = 0; band < BANDS; band++) {
                double energy = 0;
                for (int bin = edgeBin(band - 0.5); bin < edgeBin(band + 0.5); bin++) {
                    energy += spectrum.power(bin);
                }
                bands[band][frame] = Math.sqrt(energy);
            }
        }
        return bands;
    }

    private static int edgeBin(double bandEdge) {
        double edgeHz = LOWEST_BAND_HZ * Math.pow(2, bandEdge / 3);
        return (int) Math.round(edgeHz * FFT_SIZE / SAMPLE_RATE_HZ);
    }

    /// The intermediate measure of one band and segment, eqs. (2)-(5).
    private static double intermediate(double[] x, double[] y, int from, int to) {
        double xEnergy = 0;
        double yEnergy = 0;
        for (int i = from; i < to; i++) {
            xEnergy += x[i] * x[i];
            yEnergy += y[i] * y[i];
        }
        if (xEnergy == 0 || yEnergy == 0) {
            return 0;
        }
        double scale = Math.sqrt(xEnergy / yEnergy);
        double xMean = 0;
        double yMean = 0;
        double[] clipped = new double[to - from];
        for (int i = from; i < to; i++) {
            clipped[i - from] = Math.min(scale * y[i], CLIPPING_FACTOR * x[i]);
            xMean += x[i] / (to - from);
            yMean += clipped[i - from] / (to - from);
        }
        double product = 0;
        double xVariance = 0;
        double yVariance = 0;
        for (int i = from; i < to; i++) {
            double dx = x[i] - xMean;
            double dy = clipped[i - from] - yMean;
            product += dx * dy;
            xVariance += dx * dx;
            yVariance += dy * dy;
        }
        double norm = Math.sqrt(xVariance * yVariance);
        return norm == 0 ? 0 : product / norm;
    }
}
