package offhook.codec.telephony;

import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/// Hears digits that come as tones within the audio (ITU-T Q.23, Q.24). Owned by one thread at a
/// time; allocates nothing per packet.
public final class DtmfDetector {

    /*
     * Each 5 ms the last 20 ms are looked at, at 8 kHz, under a Hann window:
     *
     *  1. eight Goertzel filters give amplitude and phase of the eight tones. The strongest of the
     *     four low and of the four high ones are the candidates;
     *  2. how far their phases moved since the look before tells their true frequencies to a few
     *     hertz, far finer than the filters themselves could: up to 1.5 % off must be accepted, 3.5
     *     % refused (Q.24 table 1);
     *  3. amplitudes are corrected for that offset, and both tones together must be nearly all
     *     there is. This is what tells keys from voices, whose overtones never are just two;
     *  4. their difference in level ("twist") must be one that phones and lines make.
     *
     * A key is down when so many looks in a row agree, and up when so many disagree: an
     * interruption of 10 ms is none.
     */

    /// Told on the thread that calls [#onAudio].
    public interface Listener {

        /// A key is down.
        ///
        /// @param samplesAgo how long before the end of the audio given so far its tone began
        void onDigitBegin(DtmfEvent event, int samplesAgo);

        /// The key is up again.
        ///
        /// @param durationMillis how long the tone was heard, to about 5 ms
        void onDigitEnd(DtmfEvent event, int durationMillis);
    }

    private static final double[] TONES_HZ = {697, 770, 852, 941, 1209, 1336, 1477, 1633};
    private static final int GROUP = 4;
    private static final DtmfEvent[][] KEYPAD = keypad();

    private static final int RATE_HZ = 8000;
    private static final int WINDOW = 160;
    private static final int HOP = 40;
    private static final int HOP_MILLIS = 5;

    /// Looks that must agree: 40 ms of tone give at least five in clean audio.
    private static final int HOPS_TO_BEGIN = 4;

    /// Looks that must disagree: 40 ms of pause give nine, an interruption of 10 ms four.
    private static final int HOPS_TO_END = 6;

    /// A look agrees from about so much tone in the window on, as there must be phases before it to
    /// compare with.
    private static final int SEEN_FROM_MILLIS = 11;

    /// And until so much is left.
    private static final int SEEN_UNTIL_MILLIS = 4;

    private static final double MAX_OFFSET = 0.025;
    private static final double MIN_TONE_DBM0 = -36;

    /// The high tone against the low one, in dB; Q.24 has +4 and -8.
    private static final double MAX_TWIST = power(6);

    private static final double MIN_TWIST = power(-11);

    /// Power of both tones as a part of all there is.
    private static final double MIN_SHARE = 0.75;

    /// Power of a sine of 0 dBm0 on the scale of 16 bit samples.
    private static final double POWER_AT_0_DBM0 = 32_768.0 * 32_768.0 * power(-6.18);

    private static final double MIN_TONE_POWER = POWER_AT_0_DBM0 * power(MIN_TONE_DBM0);

    private static final double[] HANN = new double[WINDOW];
    private static final double HANN_SUM;
    private static final double HANN_SQUARES;
    private static final double[] COEFFICIENTS = new double[TONES_HZ.length];
    private static final double[] COSINES = new double[TONES_HZ.length];
    private static final double[] SINES = new double[TONES_HZ.length];

    static {
        double sum = 0;
        double squares = 0;
        for (int i = 0; i < WINDOW; i++) {
            HANN[i] = 0.5 - 0.5 * Math.cos(2 * Math.PI * (i + 0.5) / WINDOW);
            sum += HANN[i];
            squares += HANN[i] * HANN[i];
        }
        HANN_SUM = sum;
        HANN_SQUARES = squares;
        for (int i = 0; i < TONES_HZ.length; i++) {
            double angle = 2 * Math.PI * TONES_HZ[i] / RATE_HZ;
            COSINES[i] = Math.cos(angle);
            SINES[i] = Math.sin(angle);
            COEFFICIENTS[i] = 2 * COSINES[i];
        }
    }

    private final Listener listener;
    private final int decimation;
    private final HalfBand halfBand = new HalfBand();
    private boolean oddSample;

    /// The last [#WINDOW] samples, oldest first; new ones are collected behind them.
    private final double[] audio = new double[WINDOW + HOP];

    private int collected;
    private final double[] windowed = new double[WINDOW];

    /// Of a sine of each tone's frequency, in this look.
    private final double[] powers = new double[TONES_HZ.length];

    // Goertzel results of this look and the one before.
    private double[] real = new double[TONES_HZ.length];
    private double[] imaginary = new double[TONES_HZ.length];
    private double[] realBefore = new double[TONES_HZ.length];
    private double[] imaginaryBefore = new double[TONES_HZ.length];
    private boolean hasBefore;

    private @Nullable DtmfEvent candidate;
    private int agreeing;
    private @Nullable DtmfEvent down;
    private int hopsDown;
    private int disagreeing;

    /// @param sampleRateHz 8000 or 16000
    public DtmfDetector(int sampleRateHz, Listener listener) {
        if (sampleRateHz != RATE_HZ && sampleRateHz != 2 * RATE_HZ) {
            throw new IllegalArgumentException("no digits are heard at " + sampleRateHz + " Hz");
        }
        decimation = sampleRateHz / RATE_HZ;
        this.listener = listener;
    }

    /// Hears the next samples.
    public void onAudio(short[] pcm, int offset, int samples) {
        for (int i = offset; i < offset + samples; i++) {
            if (decimation == 1) {
                take(pcm[i], offset + samples - i);
            } else {
                halfBand.put(pcm[i]);
                oddSample = !oddSample;
                if (!oddSample) {
                    take(halfBand.value(), offset + samples - i);
                }
            }
        }
    }

    /// The key that is down, if any.
    public @Nullable DtmfEvent down() {
        return down;
    }

    /// Whether the last 5 ms sounded like a key, be it down already or not. True from about 11 ms
    /// of tone on: who keeps tones from passing on mutes now, and lets go if no key comes of it.
    public boolean isSuspecting() {
        return agreeing > 0;
    }

    /// Forgets everything, as after a pause in the stream; a key that is down comes up.
    public void reset() {
        if (down != null) {
            end();
        }
        Arrays.fill(audio, 0);
        collected = 0;
        hasBefore = false;
        candidate = null;
        agreeing = 0;
    }

    private void take(double sample, int samplesLeft) {
        audio[WINDOW + collected] = sample;
        collected++;
        if (collected == HOP) {
            System.arraycopy(audio, HOP, audio, 0, WINDOW);
            collected = 0;
            judge(look(), samplesLeft);
        }
    }

    private void judge(@Nullable DtmfEvent seen, int samplesLeft) {
        agreeing = seen == null ? 0 : seen == candidate ? agreeing + 1 : 1;
        candidate = seen;
        if (down != null) {
            hopsDown++;
            disagreeing = seen == down ? 0 : disagreeing + 1;
            if (disagreeing == HOPS_TO_END || (seen != down && agreeing == HOPS_TO_BEGIN)) {
                end();
            }
        }
        if (down == null && seen != null && agreeing >= HOPS_TO_BEGIN) {
            down = seen;
            hopsDown = agreeing;
            disagreeing = 0;
            int sinceMillis = (agreeing - 1) * HOP_MILLIS + SEEN_FROM_MILLIS;
            int rate = RATE_HZ / 1000 * decimation;
            listener.onDigitBegin(seen, sinceMillis * rate + samplesLeft - 1);
        }
    }

    private void end() {
        DtmfEvent ended = down;
        down = null;
        if (ended != null) {
            int hops = hopsDown - disagreeing - 1;
            listener.onDigitEnd(ended, hops * HOP_MILLIS + SEEN_FROM_MILLIS + SEEN_UNTIL_MILLIS);
        }
    }

    /// The key that the window shows, if any.
    private @Nullable DtmfEvent look() {
        double energy = 0;
        for (int i = 0; i < WINDOW; i++) {
            windowed[i] = audio[i] * HANN[i];
            energy += windowed[i] * windowed[i];
        }
        // Mean power, as a signal without a window would have it.
        double power = energy / HANN_SQUARES;
        if (power < 2 * MIN_TONE_POWER * MIN_SHARE) {
            hasBefore = false;
            return null;
        }
        swap();
        filter(0);
        filter(GROUP);
        int low = strongest(0);
        int high = strongest(GROUP);
        double lowPower = powers[low];
        double highPower = powers[high];
        boolean comparable = hasBefore;
        hasBefore = true;
        // Up to 2 dB are lost at the largest offset.
        if (!comparable || lowPower + highPower < 0.6 * MIN_SHARE * power) {
            return null;
        }
        double lowOffset = offsetHz(low);
        double highOffset = offsetHz(high);
        if (Math.abs(lowOffset) > MAX_OFFSET * TONES_HZ[low]
                || Math.abs(highOffset) > MAX_OFFSET * TONES_HZ[high]) {
            return null;
        }
        lowPower /= response(lowOffset);
        highPower /= response(highOffset);
        double twist = highPower / lowPower;
        boolean key =
                lowPower >= MIN_TONE_POWER
                        && highPower >= MIN_TONE_POWER
                        && twist <= MAX_TWIST
                        && twist >= MIN_TWIST
                        && lowPower + highPower >= MIN_SHARE * power;
        return key ? KEYPAD[low][high - GROUP] : null;
    }

    private void swap() {
        double[] spare = realBefore;
        realBefore = real;
        real = spare;
        spare = imaginaryBefore;
        imaginaryBefore = imaginary;
        imaginary = spare;
    }

    /// The Goertzel algorithm for the four tones of a group, side by side, since each step waits
    /// for the one before. The phase is that of the tone at the end of the window.
    private void filter(int group) {
        double a = COEFFICIENTS[group];
        double b = COEFFICIENTS[group + 1];
        double c = COEFFICIENTS[group + 2];
        double d = COEFFICIENTS[group + 3];
        double a1 = 0;
        double a2 = 0;
        double b1 = 0;
        double b2 = 0;
        double c1 = 0;
        double c2 = 0;
        double d1 = 0;
        double d2 = 0;
        for (int i = 0; i < WINDOW; i += 2) {
            a2 = windowed[i] + a * a1 - a2;
            b2 = windowed[i] + b * b1 - b2;
            c2 = windowed[i] + c * c1 - c2;
            d2 = windowed[i] + d * d1 - d2;
            a1 = windowed[i + 1] + a * a2 - a1;
            b1 = windowed[i + 1] + b * b2 - b1;
            c1 = windowed[i + 1] + c * c2 - c1;
            d1 = windowed[i + 1] + d * d2 - d1;
        }
        store(group, a1, a2);
        store(group + 1, b1, b2);
        store(group + 2, c1, c2);
        store(group + 3, d1, d2);
    }

    private void store(int tone, double last, double secondLast) {
        double re = last - secondLast * COSINES[tone];
        double im = secondLast * SINES[tone];
        real[tone] = re;
        imaginary[tone] = im;
        powers[tone] = 2 * (re * re + im * im) / (HANN_SUM * HANN_SUM);
    }

    private int strongest(int group) {
        int strongest = group;
        for (int tone = group + 1; tone < group + GROUP; tone++) {
            if (powers[tone] > powers[strongest]) {
                strongest = tone;
            }
        }
        return strongest;
    }

    /// How far the true frequency is off the tone's, by how much further than expected the phase
    /// moved since the last look; up to 100 Hz either way.
    private double offsetHz(int tone) {
        double moved =
                Math.atan2(imaginary[tone], real[tone])
                        - Math.atan2(imaginaryBefore[tone], realBefore[tone]);
        double turns = (moved / (2 * Math.PI)) - TONES_HZ[tone] * HOP / RATE_HZ;
        return (turns - Math.rint(turns)) * RATE_HZ / HOP;
    }

    /// What part of its power a sine that is off shows, under the Hann window.
    private static double response(double offsetHz) {
        double bins = offsetHz * WINDOW / RATE_HZ;
        if (Math.abs(bins) < 1e-6) {
            return 1;
        }
        double sinc = Math.sin(Math.PI * bins) / (Math.PI * bins);
        double amplitude = sinc / (1 - bins * bins);
        return amplitude * amplitude;
    }

    private static double power(double db) {
        return Math.pow(10, db / 10);
    }

    private static DtmfEvent[][] keypad() {
        DtmfEvent[][] keypad = new DtmfEvent[GROUP][GROUP];
        for (DtmfEvent event : DtmfEvent.values()) {
            for (int low = 0; low < GROUP; low++) {
                for (int high = 0; high < GROUP; high++) {
                    if (event.lowHz() == TONES_HZ[low]
                            && event.highHz() == TONES_HZ[GROUP + high]) {
                        keypad[low][high] = event;
                    }
                }
            }
        }
        return keypad;
    }

    /// Halves 16 kHz: what would fold back onto the tones is 32 dB down.
    private static final class HalfBand {

        private double x0;
        private double x1;
        private double x2;
        private double x3;
        private double x4;
        private double x5;
        private double x6;

        void put(double sample) {
            x6 = x5;
            x5 = x4;
            x4 = x3;
            x3 = x2;
            x2 = x1;
            x1 = x0;
            x0 = sample;
        }

        double value() {
            return (16 * x3 + 9 * (x2 + x4) - (x0 + x6)) / 32;
        }
    }
}
