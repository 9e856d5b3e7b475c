package offhook.codec.g711;

/// Prolongs 8 kHz speech over lost packets, in the spirit of ITU-T G.711 Appendix I.
final class Concealer {

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
     *  4. plays the first 10 ms in full and fades to silence at 60 ms;
     *  5. when packets come again, blends from its own continuation into them.
     *
     * Appendix I holds all output back by 3.75 ms to smooth the first seam; step 2 does without
     * that delay.
     */

    private static final int MIN_PERIOD = 40;
    private static final int MAX_PERIOD = 120;
    private static final int MATCH_LENGTH = 160;
    private static final int MAX_PERIODS = 3;
    private static final int PAST = MAX_PERIODS * MAX_PERIOD + MAX_PERIOD / 4;

    /// Samples at full volume, then samples until silence.
    private static final int FULL = 80;

    private static final int SILENT_AFTER = 480;

    private static final int MAX_BLEND = 80;

    /// The last [#PAST] samples given out, oldest first.
    private final short[] past = new short[PAST];

    /// What is repeated: [#past] as it was when the loss began.
    private final short[] source = new short[PAST];

    private final short[] blend = new short[MAX_BLEND];

    private int period;
    private int quarter;
    private int jump;
    private int readIndex;
    private int stepAtStart;
    private int lostSamples;

    /// Takes note of decoded samples; after a loss it changes the first of them to a smooth return.
    void heard(short[] pcm, int offset, int samples) {
        if (lostSamples > 0) {
            returnTo(pcm, offset, samples);
            lostSamples = 0;
        }
        remember(pcm, offset, samples);
    }

    /// Writes `samples` samples in place of lost ones.
    void conceal(short[] pcm, int offset, int samples) {
        if (lostSamples == 0) {
            begin();
        }
        for (int i = 0; i < samples; i++) {
            pcm[offset + i] = next();
        }
        remember(pcm, offset, samples);
    }

    private void begin() {
        System.arraycopy(past, 0, source, 0, PAST);
        period = pitchPeriod();
        quarter = period / 4;
        jump = period;
        readIndex = PAST - period;
        stepAtStart = source[PAST - 1] - source[PAST - 1 - period];
    }

    private short next() {
        if (lostSamples >= SILENT_AFTER) {
            return 0;
        }
        int untilEnd = PAST - readIndex;
        if (untilEnd == quarter) {
            jump = Math.min(MAX_PERIODS, 1 + lostSamples / FULL) * period;
        }
        int value = source[readIndex];
        if (untilEnd <= quarter) {
            int landing = source[readIndex - jump];
            value = landing + (value - landing) * (untilEnd - 1) / quarter;
        }
        if (lostSamples < quarter) {
            value += stepAtStart * (quarter - lostSamples) / quarter;
        }
        if (lostSamples > FULL) {
            value = value * (SILENT_AFTER - lostSamples) / (SILENT_AFTER - FULL);
        }
        readIndex++;
        if (readIndex == PAST) {
            readIndex -= jump;
        }
        lostSamples++;
        return saturate(value);
    }

    private void returnTo(short[] pcm, int offset, int samples) {
        // A longer loss has drifted further from the truth and takes longer to blend out of.
        int length = Math.min(Math.min(MAX_BLEND, quarter + 32 * (lostSamples / 80)), samples);
        for (int i = 0; i < length; i++) {
            blend[i] = next();
        }
        for (int i = 0; i < length; i++) {
            int heard = pcm[offset + i];
            pcm[offset + i] = (short) (blend[i] + (heard - blend[i]) * (i + 1) / (length + 1));
        }
    }

    private void remember(short[] pcm, int offset, int samples) {
        int kept = Math.max(0, PAST - samples);
        System.arraycopy(past, PAST - kept, past, 0, kept);
        System.arraycopy(pcm, offset + samples - (PAST - kept), past, kept, PAST - kept);
    }

    /// The lag with the largest normalised correlation of the newest [#MATCH_LENGTH] samples.
    private int pitchPeriod() {
        int best = MAX_PERIOD;
        double bestMatch = 0;
        int start = PAST - MATCH_LENGTH;
        for (int lag = MIN_PERIOD; lag <= MAX_PERIOD; lag++) {
            long correlation = 0;
            long energy = 1;
            for (int i = start; i < PAST; i++) {
                int earlier = source[i - lag];
                correlation += source[i] * earlier;
                energy += (long) earlier * earlier;
            }
            double match = correlation / Math.sqrt((double) energy);
            if (match > bestMatch) {
                bestMatch = match;
                best = lag;
            }
        }
        return best;
    }

    private static short saturate(int value) {
        return (short) Math.clamp(value, Short.MIN_VALUE, Short.MAX_VALUE);
    }
}
