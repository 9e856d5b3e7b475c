package offhook.codec.dsp;

/// Lets what a decoder makes up for a loss end in the background noise that was heard before, and
/// lets what is heard after it come back without a click. Codecs prolong a steady sound for as long
/// as nothing comes; after a tenth of a second that is a lie. Owned by one thread at a time;
/// allocates nothing per packet.
public final class LossFade {

    private static final int FULL_MILLIS = 60;
    private static final int FADED_MILLIS = 160;
    private static final int RETURN_MILLIS = 5;

    /// Noise that is louder is a voice or a tone without pauses.
    static final double LOUDEST_NOISE_DBOV = -40;

    private final int fullSamples;
    private final int fadedSamples;
    private final double fadeStep;
    private final double returnStep;
    private final NoiseFloor floor;
    private final ComfortNoise noise = new ComfortNoise();

    private int lostSamples;

    /// Of what is not noise, 0-1.
    private double gain = 1;

    public LossFade(int sampleRateHz) {
        fullSamples = sampleRateHz / 1000 * FULL_MILLIS;
        fadedSamples = sampleRateHz / 1000 * FADED_MILLIS;
        fadeStep = 1.0 / (fadedSamples - fullSamples);
        returnStep = 1000.0 / (sampleRateHz * RETURN_MILLIS);
        floor = new NoiseFloor(sampleRateHz);
    }

    /// Whether the next sample of a loss is noise alone, so that nothing need be made up for it.
    public boolean isNoise() {
        return lostSamples >= fadedSamples;
    }

    /// Changes what was made up.
    public void concealed(short[] pcm, int offset, int samples) {
        if (lostSamples == 0) {
            noise.white(Math.min(floor.levelDbov(), LOUDEST_NOISE_DBOV));
        }
        for (int i = offset; i < offset + samples; i++) {
            if (lostSamples < fadedSamples) {
                lostSamples++;
            }
            if (lostSamples > fullSamples) {
                gain = Math.max(0, gain - fadeStep);
                pcm[i] = mixed(pcm[i]);
            }
        }
    }

    /// Takes note of what was heard; after a loss it changes the first samples.
    public void heard(short[] pcm, int offset, int samples) {
        lostSamples = 0;
        floor.hear(pcm, offset, samples);
        for (int i = offset; i < offset + samples && gain < 1; i++) {
            gain = Math.min(1, gain + returnStep);
            pcm[i] = mixed(pcm[i]);
        }
    }

    /// Powers add up to that of the noise where both are noise.
    private short mixed(short heard) {
        double value = heard * gain + noise.next() * Math.sqrt(1 - gain * gain);
        return (short) Math.clamp(Math.round(value), Short.MIN_VALUE, (long) Short.MAX_VALUE);
    }
}
