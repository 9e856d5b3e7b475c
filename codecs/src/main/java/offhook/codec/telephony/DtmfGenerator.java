package offhook.codec.telephony;

import org.jspecify.annotations.Nullable;

/// Plays digits as the tones of a keypad (ITU-T Q.23), for peers that take them in the audio alone.
/// Keys that are pressed faster than a receiver could tell apart wait for their turn. Owned by one
/// thread at a time; allocates nothing per packet.
public final class DtmfGenerator {

    /// What waits; more keys are refused.
    private static final int MAX_WAITING = 32;

    /// Receivers need 40 ms of tone and of pause (ITU-T Q.24 table 1); some a little more.
    private static final int MIN_TONE_MILLIS = 60;

    private static final int PAUSE_MILLIS = 60;

    /// Edges this long are heard as no click, nor taken for speech.
    private static final int RAMP_MILLIS = 2;

    /// What lines take away more of is sent louder: the high tone by 2 dB.
    private static final double PRE_EMPHASIS_DB = 2;

    /// Of both tones together, in dBm0 with the sign dropped (RFC 4733 §2.3.3).
    public static final int DEFAULT_VOLUME = 7;

    private static final double SINE_AT_0_DBM0 = 32_768 * Math.sqrt(2) * Math.pow(10, -6.18 / 20);

    private final int sampleRateHz;
    private final int minToneSamples;
    private final int pauseSamples;
    private final double rampStep;

    // The keys that wait, as a ring; the last pressed one may still be held.
    private final @Nullable DtmfEvent[] waiting = new DtmfEvent[MAX_WAITING];
    private final int[] volumes = new int[MAX_WAITING];
    private int first;
    private int count;
    private boolean held;

    private final Oscillator low = new Oscillator();
    private final Oscillator high = new Oscillator();
    private boolean sounding;

    /// Whether the sounding key is the last pressed one.
    private boolean soundingLast;

    private int toneSamples;
    private int pauseLeft;
    private double envelope;

    public DtmfGenerator(int sampleRateHz) {
        this.sampleRateHz = sampleRateHz;
        minToneSamples = sampleRateHz / 1000 * MIN_TONE_MILLIS;
        pauseSamples = sampleRateHz / 1000 * PAUSE_MILLIS;
        rampStep = 1000.0 / (sampleRateHz * RAMP_MILLIS);
    }

    /// A key goes down. It sounds until [#release], and for 60 ms at least.
    ///
    /// @param volume of both tones together, in dBm0 with the sign dropped, 0-63
    /// @return false: too many keys wait, and this one is left out
    public boolean press(DtmfEvent event, int volume) {
        if (volume < 0 || volume > 63) {
            throw new IllegalArgumentException("volume " + volume);
        }
        if (count == MAX_WAITING) {
            return false;
        }
        int last = (first + count) % MAX_WAITING;
        waiting[last] = event;
        volumes[last] = volume;
        count++;
        held = true;
        soundingLast = false;
        return true;
    }

    /// The last pressed key comes up.
    public void release() {
        held = false;
    }

    /// Whether there is nothing to play: [#fill] would write silence.
    public boolean isIdle() {
        return !sounding && count == 0 && pauseLeft == 0;
    }

    /// Writes the next samples, silence where no key sounds.
    public void fill(short[] pcm, int offset, int samples) {
        for (int i = offset; i < offset + samples; i++) {
            pcm[i] =
                    (short) Math.clamp(Math.round(next()), Short.MIN_VALUE, (long) Short.MAX_VALUE);
        }
    }

    private double next() {
        if (!sounding) {
            if (pauseLeft > 0) {
                pauseLeft--;
                return 0;
            }
            DtmfEvent event = waiting[first];
            if (count == 0 || event == null) {
                return 0;
            }
            begin(event);
        }
        toneSamples++;
        boolean over = toneSamples > minToneSamples && !(soundingLast && held);
        envelope = over ? envelope - rampStep : Math.min(1, envelope + rampStep);
        if (envelope <= 0) {
            sounding = false;
            envelope = 0;
            pauseLeft = pauseSamples;
            return 0;
        }
        return envelope * (low.next() + high.next());
    }

    private void begin(DtmfEvent event) {
        // Split so that the powers of both add up to the volume.
        double ratio = Math.pow(10, PRE_EMPHASIS_DB / 20);
        double amplitude =
                SINE_AT_0_DBM0
                        * Math.pow(10, -volumes[first] / 20.0)
                        / Math.sqrt(1 + ratio * ratio);
        low.start(event.lowHz() / sampleRateHz, amplitude);
        high.start(event.highHz() / sampleRateHz, amplitude * ratio);
        first = (first + 1) % MAX_WAITING;
        count--;
        soundingLast = count == 0;
        sounding = true;
        toneSamples = 0;
        envelope = 0;
    }

    /// A sine by turning a pointer, which keeps its length to 1 part in 10^10 for an hour.
    private static final class Oscillator {

        private double real;
        private double imaginary;
        private double turnReal;
        private double turnImaginary;

        void start(double turnsPerSample, double amplitude) {
            turnReal = Math.cos(2 * Math.PI * turnsPerSample);
            turnImaginary = Math.sin(2 * Math.PI * turnsPerSample);
            real = amplitude;
            imaginary = 0;
        }

        double next() {
            double value = imaginary;
            double turned = real * turnReal - imaginary * turnImaginary;
            imaginary = real * turnImaginary + imaginary * turnReal;
            real = turned;
            return value;
        }
    }
}
