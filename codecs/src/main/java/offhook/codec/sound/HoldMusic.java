package offhook.codec.sound;

import offhook.codec.dsp.Level;

/// The music that is heard where nobody has chosen another: sixteen bars of a slow waltz on a
/// plucked string over soft chords, written for this gateway and made by calculation, so that
/// nobody owes anybody anything for it.
///
/// Its notes lie where a telephone carries them, and what still sounds at the end sounds on at the
/// beginning, so that it goes round without a seam.
public final class HoldMusic {

    /// Soft: about ten decibels below a speaker.
    public static final double LEVEL_DBM0 = -25;

    private static final int RATE_HZ = Sound.WIDEBAND_HZ;

    /// 75 beats a minute.
    private static final int BEAT = RATE_HZ * 4 / 5;

    private static final int BEATS_PER_BAR = 3;

    /// The chord of each bar, in semitones above middle C.
    private static final int[][] CHORDS = {
        {0, 4, 7, 11}, {-3, 4, 7, 12}, {5, 9, 12, 16}, {7, 11, 14, 17},
        {4, 7, 11, 14}, {-3, 4, 7, 12}, {2, 5, 9, 12}, {7, 11, 12, 14},
        {0, 4, 7, 11}, {4, 7, 11, 14}, {5, 9, 12, 16}, {5, 8, 12, 14},
        {0, 4, 7, 12}, {-3, 4, 7, 11}, {2, 5, 9, 12}, {7, 11, 14, 17},
    };

    /// The tune: a note for each beat, in semitones above middle C; what sounds on has [#REST].
    private static final int REST = Integer.MIN_VALUE;

    private static final int[][] TUNE = {
        {16, REST, 19}, {24, 23, 19}, {21, REST, 19}, {14, REST, REST},
        {19, REST, 23}, {24, 19, 16}, {17, 16, 14}, {12, REST, 14},
        {16, 19, 24}, {26, REST, 23}, {24, 21, 19}, {20, REST, 17},
        {19, REST, 16}, {12, 16, 19}, {17, REST, 14}, {14, 19, REST},
    };

    private static final double MIDDLE_C_HZ = 261.6256;

    /// The strength of the fundamental of a plucked string and of what sounds above it.
    private static final double[] PLUCKED = {1, 0.5, 0.28, 0.12, 0.06};

    private static final double[] SOFT = {1, 0.18, 0.05};

    private final double[] mix = new double[CHORDS.length * BEATS_PER_BAR * BEAT];

    private HoldMusic() {}

    /// The music.
    public static Sound sound() {
        HoldMusic music = new HoldMusic();
        music.play();
        return Sound.of(music.levelled(), RATE_HZ);
    }

    private void play() {
        for (int bar = 0; bar < CHORDS.length; bar++) {
            int start = bar * BEATS_PER_BAR * BEAT;
            for (int semitone : CHORDS[bar]) {
                // A chord comes and goes with its bar, and leans into the next.
                note(start, semitone, SOFT, 0.16, BEAT, 3 * BEAT, 1.6);
            }
            for (int beat = 0; beat < BEATS_PER_BAR; beat++) {
                // Its notes are picked one after another beneath the tune.
                int picked = CHORDS[bar][(beat + bar) % CHORDS[bar].length];
                note(start + beat * BEAT + BEAT / 2, picked, PLUCKED, 0.22, 60, 2 * BEAT, 5);
                if (TUNE[bar][beat] != REST) {
                    note(start + beat * BEAT, TUNE[bar][beat], PLUCKED, 0.5, 60, 3 * BEAT, 2.6);
                }
            }
        }
    }

    /// Adds a note that rises in `attack` samples and has died away after `length`.
    private void note(
            int start,
            int semitone,
            double[] partials,
            double strength,
            int attack,
            int length,
            double decay) {
        double hz = MIDDLE_C_HZ * Math.pow(2, semitone / 12.0);
        for (int partial = 0; partial < partials.length; partial++) {
            partial(
                    start,
                    hz * (partial + 1),
                    strength * partials[partial],
                    attack,
                    length,
                    decay * (1 + 0.5 * partial));
        }
    }

    /// A sine by its recurrence, which takes one multiplication a sample.
    private void partial(
            int start, double hz, double strength, int attack, int length, double decay) {
        double step = 2 * Math.PI * hz / RATE_HZ;
        double twice = 2 * Math.cos(step);
        double before = -Math.sin(step);
        double now = 0;
        double fade = Math.exp(-decay / RATE_HZ);
        double envelope = strength;
        for (int i = 0; i < length; i++) {
            double rise = i < attack ? 0.5 - 0.5 * Math.cos(Math.PI * i / attack) : 1;
            int left = length - i;
            double fall = left < BEAT ? 0.5 - 0.5 * Math.cos(Math.PI * left / BEAT) : 1;
            mix[(start + i) % mix.length] += now * envelope * rise * fall;
            double next = twice * now - before;
            before = now;
            now = next;
            envelope *= fade;
        }
    }

    private short[] levelled() {
        double energy = 0;
        for (double sample : mix) {
            energy += sample * sample;
        }
        double gain = Level.toRms(LEVEL_DBM0 + Level.DBM0_IN_DBOV) / Math.sqrt(energy / mix.length);
        short[] pcm = new short[mix.length];
        for (int i = 0; i < pcm.length; i++) {
            pcm[i] = (short) Math.round(mix[i] * gain);
        }
        return pcm;
    }
}
