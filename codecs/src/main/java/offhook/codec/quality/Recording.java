package offhook.codec.quality;

import offhook.codec.dsp.Resampler;

/// A mono recording: 16 bit PCM at one sample rate.
public final class Recording {

    private final short[] pcm;
    private final int sampleRateHz;

    /// @param pcm copied
    public Recording(short[] pcm, int sampleRateHz) {
        if (sampleRateHz <= 0) {
            throw new IllegalArgumentException("sample rate " + sampleRateHz);
        }
        this.pcm = pcm.clone();
        this.sampleRateHz = sampleRateHz;
    }

    /// A copy of the samples.
    public short[] pcm() {
        return pcm.clone();
    }

    public int sampleRateHz() {
        return sampleRateHz;
    }

    public int samples() {
        return pcm.length;
    }

    public double durationMillis() {
        return 1000.0 * pcm.length / sampleRateHz;
    }

    /// The same sound at another sample rate.
    public Recording at(int otherRateHz) {
        return otherRateHz == sampleRateHz
                ? this
                : new Recording(
                        new Resampler(sampleRateHz, otherRateHz).resample(pcm), otherRateHz);
    }

    /// The samples as numbers to calculate with, still on the scale of 16 bit.
    double[] signal() {
        double[] signal = new double[pcm.length];
        for (int i = 0; i < signal.length; i++) {
            signal[i] = pcm[i];
        }
        return signal;
    }
}
