package offhook.codec.dsp;

/// Prolongs speech over lost packets, in the spirit of ITU-T G.711 Appendix I. Owned by one thread
/// at a time; allocates nothing per packet.
public final class Concealer {

    /*
     * Voiced speech repeats itself each pitch period. When a packet is missing, the concealer
     *
     *  1. finds the period (5-15 ms) at which the last 20 ms best match what came before them;
     *  2. plays on from one period back. Where the last played sample and the one before the
     *     jump differ, the difference is added and faded out over a quarter period, so that the
     *     wave has no step;
     *  3. each time the end of the past is reached, jumps back again, blending the last quarter
     *     period before the jump into the samples before the landing place. The first 10 ms jump
     *     by one period, the next 10 ms by two, then three: one period repeated for longer
     *     sounds like a buzzer;
     *  4. plays the first 10 ms in full and fades into the background noise that was heard before,
     *     which is all there is from 60 ms on;
     *  5. when packets come again, blends from its own continuation into them.
     *
     * Appendix I holds all output back by 3.75 ms to smooth the first seam; step 2 does without
     * that delay.
     */

    private static final int MAX_PERIODS = 3;

    /// All lengths are counted in samples of 8 kHz, times this.
    private final int rate;

    private final int minPeriod;
    private final int maxPeriod;
    private final int matchLength;
    private final int pastLength;

    /// Samples at full volume, then samples until there is noise alone.
    private final int full;

    private final int noiseAfter;

    private final int maxBlend;

    /// The last [#pastLength] samples given out, oldest first.
    private final short[] past;

    /// What is repeated: [#past] as it was when the loss began.
    private final short[] source;

    private final short[] blend;

    private final NoiseFloor floor;
    private final ComfortNoise noise = new ComfortNoise();

    private int period;
    private int quarter;
    private int jump;
    private int readIndex;
    private int stepAtStart;
    private int lostSamples;

    /// @param sampleRateHz a multiple of 8000
    public Concealer(int sampleRateHz) {
        rate = sampleRateHz / 8000;
        if (rate == 0 || sampleRateHz % 8000 != 0) {
            throw new IllegalArgumentException("no concealment at " + sampleRateHz + " Hz");
        }
        minPeriod = 40 * rate;
        maxPeriod = 120 * rate;
        matchLength = 160 * rate;
        full = 80 * rate;
        noiseAfter = 480 * rate;
        maxBlend = 80 * rate;
        pastLength = MAX_PERIODS * maxPeriod + maxPeriod / 4;
        past = new short[pastLength];
        source = new short[pastLength];
        blend = new short[maxBlend];
        floor = new NoiseFloor(sampleRateHz);
    }

    /// Takes note of decoded samples; after a loss it changes the first of them to a smooth return.
    public void heard(short[] pcm, int offset, int samples) {
        floor.hear(pcm, offset, samples);
        if (lostSamples > 0) {
            returnTo(pcm, offset, samples);
            lostSamples = 0;
        }
        remember(pcm, offset, samples);
    }

    /// Writes `samples` samples in place of lost ones.
    public void conceal(short[] pcm, int offset, int samples) {
        if (lostSamples == 0) {
            begin();
        }
        for (int i = 0; i < samples; i++) {
            pcm[offset + i] = next();
        }
        remember(pcm, offset, samples);
    }

    private void begin() {
        System.arraycopy(past, 0, source, 0, pastLength);
        noise.white(Math.min(floor.levelDbov(), LossFade.LOUDEST_NOISE_DBOV));
        period = pitchPeriod();
        quarter = period / 4;
        jump = period;
        readIndex = pastLength - period;
        stepAtStart = source[pastLength - 1] - source[pastLength - 1 - period];
    }

    private short next() {
        if (lostSamples >= noiseAfter) {
            return saturate((int) Math.round(noise.next()));
        }
        int untilEnd = pastLength - readIndex;
        if (untilEnd == quarter) {
            jump = Math.min(MAX_PERIODS, 1 + lostSamples / full) * period;
        }
        int value = source[readIndex];
        if (untilEnd <= quarter) {
            int landing = source[readIndex - jump];
            value = landing + (value - landing) * (untilEnd - 1) / quarter;
        }
        if (lostSamples < quarter) {
            value += stepAtStart * (quarter - lostSamples) / quarter;
        }
        if (lostSamples > full) {
            double gain = (double) (noiseAfter - lostSamples) / (noiseAfter - full);
            value = (int) Math.round(value * gain + noise.next() * (1 - gain));
        }
        readIndex++;
        if (readIndex == pastLength) {
            readIndex -= jump;
        }
        lostSamples++;
        return saturate(value);
    }

    private void returnTo(short[] pcm, int offset, int samples) {
        // A longer loss has drifted further from the truth and takes longer to blend out of.
        int length =
                Math.min(Math.min(maxBlend, quarter + 32 * rate * (lostSamples / full)), samples);
        for (int i = 0; i < length; i++) {
            blend[i] = next();
        }
        for (int i = 0; i < length; i++) {
            int heard = pcm[offset + i];
            pcm[offset + i] = (short) (blend[i] + (heard - blend[i]) * (i + 1) / (length + 1));
        }
    }

    private void remember(short[] pcm, int offset, int samples) {
        int kept = Math.max(0, pastLength - samples);
        System.arraycopy(past, pastLength - kept, past, 0, kept);
        System.arraycopy(
                pcm, offset + samples - (pastLength - kept), past, kept, pastLength - kept);
    }

    /// The lag with the largest normalised correlation of the newest [#matchLength] samples: first
    /// among those of 8 kHz, then around the best.
    private int pitchPeriod() {
        int best = maxPeriod;
        double bestMatch = 0;
        for (int lag = minPeriod; lag <= maxPeriod; lag += rate) {
            double match = match(lag);
            if (match > bestMatch) {
                bestMatch = match;
                best = lag;
            }
        }
        int coarse = best;
        for (int lag = coarse - rate + 1; lag < coarse + rate; lag++) {
            if (lag >= minPeriod && lag <= maxPeriod && lag != coarse) {
                double match = match(lag);
                if (match > bestMatch) {
                    bestMatch = match;
                    best = lag;
                }
            }
        }
        return best;
    }

    private double match(int lag) {
        long correlation = 0;
        long energy = 1;
        for (int i = pastLength - matchLength; i < pastLength; i++) {
            int earlier = source[i - lag];
            correlation += source[i] * earlier;
            energy += (long) earlier * earlier;
        }
        return correlation / Math.sqrt((double) energy);
    }

    private static short saturate(int value) {
        return (short) Math.clamp(value, Short.MIN_VALUE, Short.MAX_VALUE);
    }
}
