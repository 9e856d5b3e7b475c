package offhook.codec.dsp;

import java.util.Arrays;

/// Tells frames in which somebody speaks, or anything else than background is heard, from those of
/// background alone. Rather takes background for a voice than a voice for background. Owned by one
/// thread at a time; allocates nothing per packet.
public final class VoiceActivity {

    /*
     * Each half of a frame is compared with the usual background, once as it is and once
     * differentiated: the first sounds of words as "s", "f" and "t" are weak, but their power lies
     * where rooms and lines have little. What stands out in either is active. So is
     *
     *  - anything louder than a background can be,
     *  - what a few sines make, however steady: dial tones, held notes. They can be foretold from
     *    their last samples (linear prediction), noise cannot,
     *  - everything until there was enough to know the background by.
     */

    /// What is louder is no background.
    private static final double LOUDEST_BACKGROUND_DBOV = -35;

    /// What is quieter is no voice, whatever the background.
    private static final double QUIETEST_VOICE_DBOV = -68;

    private static final int HALVES = 2;
    private static final int PREDICTION_ORDER = 4;

    /// What linear prediction leaves of sines; of background it leaves more.
    private static final double LARGEST_TONE_RESIDUE = Math.pow(10, -18 / 10.0);

    private final Background plain = new Background();
    private final Background edges = new Background();
    private final double[] window;
    private final double[] windowed;
    private final double[] correlation = new double[PREDICTION_ORDER + 1];
    private final double[] prediction = new double[PREDICTION_ORDER + 1];
    private final double[] before = new double[PREDICTION_ORDER + 1];
    private int lastSample;

    /// @param frameSamples of 20 ms
    public VoiceActivity(int frameSamples) {
        window = new double[frameSamples];
        windowed = new double[frameSamples];
        for (int i = 0; i < frameSamples; i++) {
            window[i] = 0.5 - 0.5 * Math.cos(2 * Math.PI * (i + 0.5) / frameSamples);
        }
    }

    /// Judges a frame and learns from it.
    public boolean isActive(short[] pcm, int offset) {
        int half = window.length / HALVES;
        boolean active = false;
        double loudest = Level.SILENCE_DBOV;
        for (int from = offset; from < offset + HALVES * half; from += half) {
            long energy = 0;
            long edgeEnergy = 0;
            for (int i = from; i < from + half; i++) {
                int edge = pcm[i] - lastSample;
                lastSample = pcm[i];
                energy += (long) lastSample * lastSample;
                edgeEnergy += (long) edge * edge;
            }
            double level = Level.toDbov(Math.sqrt((double) energy / half));
            double edgeLevel = Level.toDbov(Math.sqrt((double) edgeEnergy / half));
            // Both learn, whatever the other says.
            boolean edgeStandsOut = edges.standsOut(edgeLevel);
            boolean standsOut = plain.standsOut(level) || edgeStandsOut;
            active |= standsOut && Math.max(level, edgeLevel) > QUIETEST_VOICE_DBOV;
            loudest = Math.max(loudest, level);
        }
        return active
                || loudest > LOUDEST_BACKGROUND_DBOV
                || (loudest > QUIETEST_VOICE_DBOV && isTone(pcm, offset));
    }

    private boolean isTone(short[] pcm, int offset) {
        double previous = pcm[offset];
        for (int i = 0; i < window.length; i++) {
            // Differentiated, as rooms and lines have much of their noise at the low end.
            double sample = pcm[offset + i];
            windowed[i] = window[i] * (sample - 0.9 * previous);
            previous = sample;
        }
        for (int lag = 0; lag <= PREDICTION_ORDER; lag++) {
            double sum = 0;
            for (int i = lag; i < windowed.length; i++) {
                sum += windowed[i] * windowed[i - lag];
            }
            correlation[lag] = sum;
        }
        return residue() < LARGEST_TONE_RESIDUE;
    }

    /// The part of the power that the Levinson-Durbin recursion leaves.
    private double residue() {
        Arrays.fill(prediction, 0);
        double error = correlation[0];
        for (int i = 1; i <= PREDICTION_ORDER && error > 0; i++) {
            double sum = correlation[i];
            for (int j = 1; j < i; j++) {
                sum += prediction[j] * correlation[i - j];
            }
            double k = -sum / error;
            System.arraycopy(prediction, 0, before, 0, prediction.length);
            for (int j = 1; j < i; j++) {
                prediction[j] += k * before[i - j];
            }
            prediction[i] = k;
            error *= 1 - k * k;
        }
        return error / correlation[0];
    }

    /// What is usual when nobody speaks: level and how much it varies, in dB.
    private static final class Background {

        /// Three seconds, in halves of frames: longer than people speak without taking breath.
        private static final int MEMORY = 300;

        private static final int LEARNING = 50;
        private static final double LEARNING_RATE = 0.03;

        /// The usual is at most this much louder than the quietest.
        private static final double LARGEST_SPREAD_DB = 10;

        private static final double VARIATIONS = 4;
        private static final double SMALLEST_RISE_DB = 3.5;
        private static final double LARGEST_RISE_DB = 8;

        private final MinimumTracker quietest = new MinimumTracker(MEMORY);
        private double usual = Level.SILENCE_DBOV;
        private double variation = 1;

        boolean standsOut(double level) {
            quietest.add(level);
            usual = Math.clamp(usual, quietest.smallest(), quietest.smallest() + LARGEST_SPREAD_DB);
            double rise = Math.clamp(VARIATIONS * variation, SMALLEST_RISE_DB, LARGEST_RISE_DB);
            boolean standsOut = level > usual + rise;
            if (!standsOut) {
                double off = level - usual;
                usual += LEARNING_RATE * off;
                variation += LEARNING_RATE * (Math.abs(off) - variation);
            }
            return standsOut || quietest.values() < LEARNING;
        }
    }
}
