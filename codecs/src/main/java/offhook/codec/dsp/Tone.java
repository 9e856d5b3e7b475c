package offhook.codec.dsp;

/// Sines that go on over any number of frames without a step. Owned by one thread at a time;
/// allocates nothing per frame.
public final class Tone {

    private static final double[] DTMF_LOW_HZ = {697, 770, 852, 941};
    private static final double[] DTMF_HIGH_HZ = {1209, 1336, 1477, 1633};

    /// Row by row as on the keypad (ITU-T Q.23 §5).
    private static final String DTMF_KEYS = "123A456B789C*0#D";

    private final double[] phaseSteps;
    private final double amplitude;
    private long position;

    /// @param levelDbm0 of each of the sines
    public Tone(int sampleRateHz, double levelDbm0, double... frequenciesHz) {
        phaseSteps = new double[frequenciesHz.length];
        for (int i = 0; i < phaseSteps.length; i++) {
            if (frequenciesHz[i] * 2 > sampleRateHz) {
                throw new IllegalArgumentException(
                        "%.0f Hz does not fit %d Hz".formatted(frequenciesHz[i], sampleRateHz));
            }
            phaseSteps[i] = 2 * Math.PI * frequenciesHz[i] / sampleRateHz;
        }
        amplitude = Math.sqrt(2) * Level.toRms(levelDbm0 + Level.DBM0_IN_DBOV);
    }

    /// The milliwatt test tone: 1004 Hz at 0 dBm0.
    public static Tone milliwatt(int sampleRateHz) {
        return new Tone(sampleRateHz, 0, 1004);
    }

    /// The two sines of a key (ITU-T Q.23).
    ///
    /// @param digit one of 0-9, A-D, * and #
    /// @param levelDbm0 of each of the two; phones send about -8
    public static Tone dtmf(int sampleRateHz, char digit, double levelDbm0) {
        int key = DTMF_KEYS.indexOf(digit);
        if (key < 0) {
            throw new IllegalArgumentException("no DTMF key: " + digit);
        }
        return new Tone(sampleRateHz, levelDbm0, DTMF_LOW_HZ[key / 4], DTMF_HIGH_HZ[key % 4]);
    }

    /// Writes the next samples.
    public void fill(short[] pcm, int offset, int samples) {
        for (int i = offset; i < offset + samples; i++) {
            double sum = 0;
            for (double phaseStep : phaseSteps) {
                sum += Math.sin(phaseStep * position);
            }
            position++;
            pcm[i] =
                    (short)
                            Math.clamp(
                                    Math.round(sum * amplitude), Short.MIN_VALUE, Short.MAX_VALUE);
        }
    }
}
