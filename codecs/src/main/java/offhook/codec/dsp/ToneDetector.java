package offhook.codec.dsp;

/// Measures single frequencies by the Goertzel algorithm under a Hann window. The longer the buffer
/// the finer it hears: tones closer than `2 * sampleRateHz / samples` are one.
public final class ToneDetector {

    private final int sampleRateHz;

    public ToneDetector(int sampleRateHz) {
        this.sampleRateHz = sampleRateHz;
    }

    /// The level of the sine of `frequencyHz` in these samples.
    public double levelDbov(short[] pcm, int offset, int samples, double frequencyHz) {
        double coefficient = 2 * Math.cos(2 * Math.PI * frequencyHz / sampleRateHz);
        // cos(n * x) by recurrence: cos((n + 1) x) = 2 cos(x) cos(n x) - cos((n - 1) x)
        double windowStep = 2 * Math.cos(2 * Math.PI / samples);
        double cosine = 1;
        double cosineBefore = windowStep / 2;
        double windowSum = 0;
        double last = 0;
        double secondLast = 0;
        for (int i = offset; i < offset + samples; i++) {
            double window = 0.5 - 0.5 * cosine;
            double now = window * pcm[i] + coefficient * last - secondLast;
            secondLast = last;
            last = now;
            windowSum += window;
            double cosineNext = windowStep * cosine - cosineBefore;
            cosineBefore = cosine;
            cosine = cosineNext;
        }
        double power = last * last + secondLast * secondLast - coefficient * last * secondLast;
        // The window of one sample is zero.
        return windowSum == 0
                ? Level.SILENCE_DBOV
                : Level.toDbov(Math.sqrt(2 * Math.max(0, power)) / windowSum);
    }
}
