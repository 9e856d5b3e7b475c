package offhook.media;

/// White noise at the level that a comfort noise packet names (RFC 3389 §3.1). What it may say of
/// the spectrum is not used: phones hardly ever say it.
final class ComfortNoise {

    /// In -dBov: a packet cannot make us louder than a quiet voice.
    private static final int LOUDEST = 36;

    private static final int INAUDIBLE = 78;

    /// Root mean square of the sum of two numbers of 16 bit, each as likely as the other.
    private static final double SUM_RMS = 65_536 / Math.sqrt(6);

    private static final double FULL_SCALE = 32_768;

    private int state = 1;
    private float gain;

    /// Takes the level from a payload; an empty one says nothing.
    void level(byte[] payload, int offset, int length) {
        if (length > 0) {
            int level = Math.clamp(payload[offset] & 0x7f, LOUDEST, 127);
            gain =
                    level > INAUDIBLE
                            ? 0
                            : (float) (Math.pow(10, -level / 20.0) * FULL_SCALE / SUM_RMS);
        }
    }

    void fill(short[] pcm, int samples) {
        for (int i = 0; i < samples; i++) {
            pcm[i] = (short) (gain * (next() + next()));
        }
    }

    /// A number of 16 bit, signed.
    private int next() {
        state = state * 1_664_525 + 1_013_904_223;
        return state >> 16;
    }
}
