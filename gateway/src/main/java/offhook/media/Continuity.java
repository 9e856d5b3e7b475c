package offhook.media;

import java.util.Arrays;
import offhook.codec.dsp.TimeCompressor;

/// Keeps the decoded audio of a path in one piece where its playout buffer shrinks or has nothing:
/// what is too much is taken out where nobody hears it, and sound ends and begins by a fade. What
/// is given in is changed in place. On the path's loop only.
final class Continuity {

    /// For so many frames a good place to take something out is looked for.
    private static final int PATIENCE_FRAMES = 10;

    private static final int FRAMES_PER_SECOND = 50;

    /// Concealment comes in pieces of 2.5 ms, and a fade in takes one.
    private static final int PIECES_PER_SECOND = 400;

    /// Three frames of 20 ms at the wide rate: what is held while packets of 20 ms come.
    private static final int COMMON_SAMPLES = 3 * Transcoder.WIDEBAND_HZ / FRAMES_PER_SECOND;

    private static final int MOST_SAMPLES = 2 * Transcoder.MOST_SAMPLES;

    /// Audio that is too much: it goes before all that is given in. No room before the first of it.
    private short[] held = new short[0];

    private int heldSamples;
    private int sampleRateHz;
    private final TimeCompressor compressor;
    private int framesWaited;
    private boolean audible;

    Continuity(int sampleRateHz) {
        this.sampleRateHz = sampleRateHz;
        this.compressor = new TimeCompressor(sampleRateHz);
    }

    /// The rate of all that is given in from now on.
    void rate(int newHz) {
        if (newHz != sampleRateHz) {
            sampleRateHz = newHz;
            compressor.rate(newHz);
            heldSamples = 0;
        }
    }

    /// Audio that was received, to fill `samples` only, if at all: by the rest what follows is to
    /// be shortened.
    void playPart(short[] pcm, int offset, int received, int samples) {
        hold(pcm, offset, received);
        give(pcm, offset, samples);
    }

    private void hold(short[] pcm, int offset, int samples) {
        if (samples > MOST_SAMPLES - heldSamples) {
            heldSamples = 0;
        }
        int fitting = Math.min(samples, MOST_SAMPLES);
        makeRoom(heldSamples + fitting);
        System.arraycopy(pcm, offset, held, heldSamples, fitting);
        heldSamples += fitting;
    }

    private void makeRoom(int samples) {
        if (samples > held.length) {
            short[] grown = new short[samples <= COMMON_SAMPLES ? COMMON_SAMPLES : MOST_SAMPLES];
            System.arraycopy(held, 0, grown, 0, heldSamples);
            held = grown;
        }
    }

    /// Audio that was received.
    void play(short[] pcm, int offset, int samples) {
        if (!audible) {
            fadeIn(pcm, offset, Math.min(samples, sampleRateHz / PIECES_PER_SECOND));
            audible = samples > 0;
        }
        if (heldSamples > 0) {
            hold(pcm, offset, samples);
            shorten(heldSamples - samples);
            give(pcm, offset, samples);
        }
    }

    private static void fadeIn(short[] pcm, int offset, int samples) {
        for (int i = 0; i < samples; i++) {
            pcm[offset + i] = (short) (pcm[offset + i] * i / samples);
        }
    }

    private void shorten(int excess) {
        boolean insist =
                framesWaited >= PATIENCE_FRAMES || excess > sampleRateHz / FRAMES_PER_SECOND;
        int cut = compressor.shorten(held, 0, heldSamples, excess, insist);
        heldSamples -= cut;
        framesWaited = cut > 0 ? 0 : framesWaited + 1;
    }

    private void give(short[] pcm, int offset, int samples) {
        int there = Math.min(samples, heldSamples);
        System.arraycopy(held, 0, pcm, offset, there);
        Arrays.fill(pcm, offset + there, offset + samples, (short) 0);
        heldSamples -= there;
        System.arraycopy(held, there, held, 0, heldSamples);
    }

    /// Notes that audio went by which was not given in.
    void passed() {
        audible = true;
    }

    /// Whether there is audio by which what follows is to be shortened.
    boolean isHolding() {
        return heldSamples > 0;
    }

    /// How many samples must be made up to fill `samples`: less while there is too much.
    int missing(int samples) {
        int piece = sampleRateHz / PIECES_PER_SECOND;
        return Math.max(0, Math.ceilDiv(samples - heldSamples, piece) * piece);
    }

    /// Audio that was made up, `made` samples of it, to fill `samples`.
    void bridge(short[] pcm, int offset, int made, int samples) {
        if (made != samples) {
            hold(pcm, offset, made);
            give(pcm, offset, samples);
        }
    }

    /// Whether a pause that begins now must be faded into, so that made-up audio is wanted once
    /// more.
    boolean isAudible() {
        return audible;
    }

    /// The begin of a pause, `made` samples of made-up audio, to fill `samples`.
    void fadeOut(short[] pcm, int offset, int made, int samples) {
        for (int i = 0; i < made; i++) {
            pcm[offset + i] = (short) (pcm[offset + i] * (made - i) / made);
        }
        bridge(pcm, offset, made, samples);
        audible = heldSamples > 0;
    }

    /// Forgets what is too much, and what was heard.
    void clear() {
        heldSamples = 0;
        audible = false;
    }
}
