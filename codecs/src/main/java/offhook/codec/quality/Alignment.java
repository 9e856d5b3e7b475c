package offhook.codec.quality;

import java.util.ArrayList;
import java.util.List;

/// How late a degraded signal is against its reference, by the peak of their cross-correlation.
///
/// @param delayMillis positive: the degraded signal is late; finer than one sample
/// @param correlation how alike the signals are at that delay: 1 equal but for level, 0 unlike
public record Alignment(double delayMillis, double correlation) {

    /// The delay of a stretch of the reference.
    ///
    /// @param atMillis the middle of the stretch, in time of the reference
    /// @param alignment of this stretch alone
    public record Point(double atMillis, Alignment alignment) {}

    private static final int SAMPLE_RATE_HZ = 8000;
    private static final int SAMPLES_PER_MILLI = SAMPLE_RATE_HZ / 1000;

    /// Stretches this far below the reference's mean level say nothing about delay.
    private static final double QUIET = 0.05;

    /// One delay for the whole recording.
    ///
    /// @param maxDelayMillis how far to search, early and late
    public static Alignment of(Recording reference, Recording degraded, int maxDelayMillis) {
        double[] x = reference.at(SAMPLE_RATE_HZ).signal();
        double[] y = degraded.at(SAMPLE_RATE_HZ).signal();
        int reach = maxDelayMillis * SAMPLES_PER_MILLI;
        return search(x, y, -reach, reach, 0);
    }

    /// The delay over time: one point per `stepMillis` of the reference, where it is not silent.
    /// Each looks at `stretchMillis` of the reference; 400 ms and more tell the words apart and do
    /// not fall for the next pitch period.
    ///
    /// @param maxDelayMillis how far to search, early and late
    public static List<Point> track(
            Recording reference,
            Recording degraded,
            int stretchMillis,
            int stepMillis,
            int maxDelayMillis) {
        double[] x = reference.at(SAMPLE_RATE_HZ).signal();
        double[] y = degraded.at(SAMPLE_RATE_HZ).signal();
        int stretch = stretchMillis * SAMPLES_PER_MILLI;
        int step = stepMillis * SAMPLES_PER_MILLI;
        int reach = maxDelayMillis * SAMPLES_PER_MILLI;
        double meanPower = power(x, 0, x.length);
        List<Point> points = new ArrayList<>();
        for (int start = 0; start + stretch <= x.length; start += step) {
            if (power(x, start, stretch) < QUIET * meanPower || meanPower == 0) {
                continue;
            }
            double[] part = cut(x, start, stretch);
            double[] around = cut(y, start - reach, stretch + 2 * reach);
            Alignment found = search(part, around, 0, 2 * reach, -reach);
            double middleMillis = (start + stretch / 2.0) / SAMPLES_PER_MILLI;
            points.add(new Point(middleMillis, found));
        }
        return List.copyOf(points);
    }

    /// The lag within `from`..`to` at which `y` is most like `x`; `shift` is added to the result.
    private static Alignment search(double[] x, double[] y, int from, int to, int shift) {
        int size = Spectrum.sizeFor(x.length + y.length);
        double[] correlation = Spectrum.of(x, size).crossCorrelation(Spectrum.of(y, size));
        double[] energy = runningEnergy(y);
        double xEnergy = power(x, 0, x.length) * x.length;
        int first = Math.max(from, 1 - x.length);
        int last = Math.min(to, y.length - 1);
        int best = 0;
        double bestMatch = 0;
        for (int lag = first; lag <= last; lag++) {
            double match = match(correlation, energy, xEnergy, x.length, lag);
            if (match > bestMatch) {
                bestMatch = match;
                best = lag;
            }
        }
        double before = match(correlation, energy, xEnergy, x.length, best - 1);
        double after = match(correlation, energy, xEnergy, x.length, best + 1);
        double curve = before - 2 * bestMatch + after;
        // The top of the parabola through the best lag and its neighbours.
        double fraction = curve < 0 ? Math.clamp(0.5 * (before - after) / curve, -0.5, 0.5) : 0;
        return new Alignment((best + fraction + shift) / SAMPLES_PER_MILLI, bestMatch);
    }

    /// The correlation at one lag, made independent of the level of `y` there.
    private static double match(
            double[] correlation, double[] energy, double xEnergy, int xLength, int lag) {
        int yLength = energy.length - 1;
        int start = Math.clamp(lag, 0, yLength);
        int end = Math.clamp(lag + xLength, 0, yLength);
        // Where hardly anything of y lies under x, a chance likeness must not win.
        double yEnergy = Math.max(energy[end] - energy[start], 0.1 * energy[yLength]);
        double product = correlation[Math.floorMod(lag, correlation.length)];
        return xEnergy == 0 || yEnergy == 0 ? 0 : product / Math.sqrt(xEnergy * yEnergy);
    }

    private static double[] runningEnergy(double[] signal) {
        double[] sums = new double[signal.length + 1];
        for (int i = 0; i < signal.length; i++) {
            sums[i + 1] = sums[i] + signal[i] * signal[i];
        }
        return sums;
    }

    private static double power(double[] signal, int start, int length) {
        double sum = 0;
        for (int i = start; i < start + length; i++) {
            sum += signal[i] * signal[i];
        }
        return length == 0 ? 0 : sum / length;
    }

    /// A part of the signal; silence where it lies outside.
    private static double[] cut(double[] signal, int start, int length) {
        double[] part = new double[length];
        int from = Math.clamp(start, 0, signal.length);
        int to = Math.clamp(start + length, 0, signal.length);
        if (from < to) {
            System.arraycopy(signal, from, part, from - start, to - from);
        }
        return part;
    }
}
