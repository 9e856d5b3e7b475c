package offhook.codec.dsp;

/// Makes audio a little shorter without a seam: a piece is cut out where the wave before it and the
/// wave at its end are alike, and one is faded into the other. Owned by one thread at a time;
/// allocates nothing.
public final class TimeCompressor {

    /*
     * Overlap-add with a search for the best place (WSOLA):
     *
     *     W. Verhelst, M. Roelands: "An overlap-add technique based on waveform similarity (WSOLA)
     *     for high quality time-scale modification of speech", ICASSP 1993.
     *
     * A cut of `lag` samples at p fades x[p ..] into x[p + lag ..] over 10 ms. In a voice the two
     * are alike where the lag is a multiple of the pitch period, in silence everywhere. Where they
     * are not alike at all, the fade keeps the loudness, and the search still finds the least bad
     * place. Lags are multiples of 1/8 ms, whatever the sample rate, and the likeness is measured
     * on every sample of 8 kHz: it is the pitch that matters, and not what lies above.
     */

    private static final int GRID_HZ = 8000;
    private static final int FADE = 80;
    private static final int LEAST_LAG = 20;

    /// The search is coarse at first and fine around what it found.
    private static final int LAG_STEP = 2;

    private static final int POSITION_STEP = 40;
    private static final int FINE_STEP = 10;

    /// The longest cut, in samples of 8 kHz: 20 ms.
    private static final int MOST_LAG = 160;

    /// From this likeness on a cut is not heard.
    private static final double ALIKE = 0.75;

    /// What a cut twice as long is worth, in likeness.
    private static final double LONGER = 0.1;

    /// Mean square of -50 dBov: any cut will do.
    private static final double QUIET = Math.pow(Level.toRms(-50), 2);

    private int grid;
    private int bestAt;
    private int bestLag;
    private double bestScore;
    private double bestLikeness;
    private boolean bestQuiet;
    private double likeness;
    private boolean quiet;

    /// @param sampleRateHz a multiple of 8000
    public TimeCompressor(int sampleRateHz) {
        rate(sampleRateHz);
    }

    /// Goes on with audio of another rate.
    ///
    /// @param sampleRateHz a multiple of 8000
    public void rate(int sampleRateHz) {
        if (sampleRateHz <= 0 || sampleRateHz % GRID_HZ != 0) {
            throw new IllegalArgumentException("sample rate " + sampleRateHz);
        }
        grid = sampleRateHz / GRID_HZ;
    }

    /// Shortens audio in place, by at most 20 ms, if that can be done unheard.
    ///
    /// @param samples how many there are; at least 10 ms more than `most`
    /// @param most how many may be taken away
    /// @param insist cut at the best place there is, even if it may be heard
    /// @return how many were taken away: the audio is as much shorter; 0 if there was no good place
    public int shorten(short[] pcm, int offset, int samples, int most, boolean insist) {
        int longest = Math.min(most / grid, MOST_LAG);
        int room = samples / grid - FADE;
        if (longest <= 0 || room < longest) {
            return 0;
        }
        int shortest = Math.min(longest, insist ? Math.max(LEAST_LAG, longest / 2) : LEAST_LAG);
        bestScore = Double.NEGATIVE_INFINITY;
        for (int lag = longest; lag >= shortest; lag -= LAG_STEP) {
            for (int at = 0; at <= room - lag; at += POSITION_STEP) {
                consider(pcm, offset, at, lag, LONGER * lag / longest);
            }
        }
        int first = Math.max(0, bestAt - POSITION_STEP / 2);
        int least = Math.max(shortest, bestLag - 1);
        for (int lag = Math.min(longest, bestLag + 1); lag >= least; lag--) {
            for (int at = first; at <= room - lag && at <= first + POSITION_STEP; at += FINE_STEP) {
                consider(pcm, offset, at, lag, LONGER * lag / longest);
            }
        }
        if (!insist && !bestQuiet && bestLikeness < ALIKE) {
            return 0;
        }
        cut(pcm, offset, samples);
        return bestLag * grid;
    }

    private void consider(short[] pcm, int offset, int at, int lag, double bonus) {
        measure(pcm, offset + at * grid, lag * grid);
        double score = (quiet ? 1 : likeness) + bonus;
        if (score > bestScore) {
            bestScore = score;
            bestLikeness = likeness;
            bestQuiet = quiet;
            bestAt = at;
            bestLag = lag;
        }
    }

    /// The normalised correlation of the two waves that a cut would fade into each other.
    private void measure(short[] pcm, int from, int lag) {
        long product = 0;
        long energy = 0;
        long laterEnergy = 0;
        for (int i = from; i < from + FADE * grid; i += grid) {
            long sample = pcm[i];
            long later = pcm[i + lag];
            product += sample * later;
            energy += sample * sample;
            laterEnergy += later * later;
        }
        quiet = Math.max(energy, laterEnergy) <= QUIET * FADE;
        likeness = product / Math.sqrt((double) energy * laterEnergy + 1);
    }

    private void cut(short[] pcm, int offset, int samples) {
        int from = offset + bestAt * grid;
        int lag = bestLag * grid;
        int length = FADE * grid;
        double alike = Math.max(0, bestLikeness);
        for (int i = 0; i < length; i++) {
            double in = (i + 1.0) / (length + 1);
            double out = 1 - in;
            double loudness = Math.sqrt(in * in + out * out + 2 * alike * in * out);
            long mixed = Math.round((pcm[from + i] * out + pcm[from + lag + i] * in) / loudness);
            pcm[from + i] = (short) Math.clamp(mixed, Short.MIN_VALUE, Short.MAX_VALUE);
        }
        int tail = from + lag + length;
        System.arraycopy(pcm, tail, pcm, from + length, offset + samples - tail);
    }
}
