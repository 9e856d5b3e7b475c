package offhook.codec.quality;

import java.util.Arrays;

/// Measures audio while it passes: how loud its speech is, how much of it is silent or clipped. One
/// pass over the samples, in frames of 20 ms; allocates nothing. Owned by one thread at a time.
///
/// Where audio passes encoded, [#addDeclared] takes the level that the sender declares of a packet
/// (RFC 6464); clipping is then not known.
public final class SpeechMeter {

    /*
     * The active speech level follows ITU-T P.56, method B, with frames in place of its envelope:
     * for thresholds 6 dB apart, count the frames that reach them, and those that follow within
     * 200 ms. All power shared among the active frames is the level of speech; where it is 15.9 dB
     * above the threshold that counted them, threshold and level fit each other, and between two
     * thresholds both are interpolated. So pauses do not make a talker quiet.
     */

    /// How long a frame is.
    public static final int FRAME_MILLIS = 20;

    /// In dBov; a frame below is silence to people.
    public static final double SILENT_DBOV = -60;

    /// In dBov; a frame above is taken for speech when somebody must be known to speak.
    public static final double SPEAKING_DBOV = -50;

    private static final int FRAMES_PER_SECOND = 1000 / FRAME_MILLIS;

    /// The loudest step of G.711 µ-law, which is that of A-law but for 0.04 dB, and above it.
    private static final int CLIPPED = 32_124;

    /// The quietest step of G.711 A-law, which has no zero.
    private static final int DIGITAL_SILENCE = 8;

    private static final int THRESHOLDS = 16;
    private static final int HANGOVER_FRAMES = 10;
    private static final double MARGIN_DB = 15.9;
    private static final double FULL_SCALE_POWER = 32_768.0 * 32_768;
    private static final double SILENT_POWER = powerOf(SILENT_DBOV);
    private static final double SPEAKING_POWER = powerOf(SPEAKING_DBOV);

    /// Power of the levels of RFC 6464, 0 to -127 dBov.
    private static final double[] DECLARED_POWER = declaredPower();

    // The frame that is being filled.
    private int frameSamples;
    private long frameEnergy;
    private int frameFilled;
    private int framePeak;

    private long frames;
    private long silentFrames;
    private long audibleFrames;
    private long speakingFrames;
    private long samples;
    private long clippedSamples;
    private double power;
    private final long[] active = new long[THRESHOLDS];
    private final int[] quietFor = new int[THRESHOLDS];

    public SpeechMeter() {
        Arrays.fill(quietFor, HANGOVER_FRAMES);
    }

    private static double powerOf(double dbov) {
        return FULL_SCALE_POWER * Math.pow(10, dbov / 10);
    }

    private static double[] declaredPower() {
        double[] table = new double[128];
        for (int i = 0; i < 127; i++) {
            table[i] = powerOf(-i);
        }
        return table;
    }

    /// Takes audio that was decoded.
    public void add(short[] pcm, int offset, int count, int sampleRateHz) {
        int wanted = sampleRateHz / FRAMES_PER_SECOND;
        if (wanted != frameSamples) {
            frameSamples = wanted;
            clearFrame();
        }
        samples += count;
        for (int i = offset; i < offset + count; i++) {
            int sample = pcm[i];
            int size = Math.abs(sample);
            frameEnergy += (long) sample * sample;
            framePeak = Math.max(framePeak, size);
            if (size >= CLIPPED) {
                clippedSamples++;
            }
            frameFilled++;
            if (frameFilled == frameSamples) {
                addFrame((double) frameEnergy / frameSamples, framePeak > DIGITAL_SILENCE);
                clearFrame();
            }
        }
    }

    /// Takes a packet whose sender says how loud it is.
    ///
    /// @param minusDbov 0 to 127; 127 is digital silence (RFC 6464 §3)
    public void addDeclared(int minusDbov) {
        addFrame(DECLARED_POWER[minusDbov & 127], (minusDbov & 127) < 127);
    }

    private void clearFrame() {
        frameEnergy = 0;
        frameFilled = 0;
        framePeak = 0;
    }

    private void addFrame(double framePower, boolean audible) {
        frames++;
        power += framePower;
        silentFrames += framePower < SILENT_POWER ? 1 : 0;
        speakingFrames += framePower >= SPEAKING_POWER ? 1 : 0;
        audibleFrames += audible ? 1 : 0;
        double threshold = 1;
        for (int i = 0; i < THRESHOLDS; i++) {
            if (framePower >= threshold) {
                quietFor[i] = 0;
                active[i]++;
            } else if (quietFor[i] < HANGOVER_FRAMES) {
                quietFor[i]++;
                active[i]++;
            }
            threshold *= 4;
        }
    }

    /// The active speech level in dBov; NaN before the first second of audio, and while all of it
    /// was digital silence.
    public double activeLevelDbov() {
        if (frames < FRAMES_PER_SECOND || active[0] == 0) {
            return Double.NaN;
        }
        double levelBelow = 0;
        double surplusBelow = 0;
        for (int i = 0; i < THRESHOLDS; i++) {
            if (active[i] == 0) {
                return levelBelow;
            }
            double level = 10 * Math.log10(power / active[i] / FULL_SCALE_POWER);
            double thresholdDbov = 20 * Math.log10(1 << i) - 10 * Math.log10(FULL_SCALE_POWER);
            double surplus = level - thresholdDbov - MARGIN_DB;
            if (surplus <= 0) {
                double share = i == 0 ? 1 : surplusBelow / (surplusBelow - surplus);
                return i == 0 ? level : levelBelow + share * (level - levelBelow);
            }
            levelBelow = level;
            surplusBelow = surplus;
        }
        return levelBelow;
    }

    /// The share of samples at the loudest step of G.711 or above, 0 to 1; NaN before any was
    /// decoded.
    public double clippedShare() {
        return samples == 0 ? Double.NaN : (double) clippedSamples / samples;
    }

    /// The share of frames below [#SILENT_DBOV], 0 to 1; NaN before the first.
    public double silentShare() {
        return frames == 0 ? Double.NaN : (double) silentFrames / frames;
    }

    /// Frames so far.
    public long frames() {
        return frames;
    }

    /// Frames that were not digital silence.
    public long audibleFrames() {
        return audibleFrames;
    }

    /// Frames of [#SPEAKING_DBOV] and above.
    public long speakingFrames() {
        return speakingFrames;
    }
}
