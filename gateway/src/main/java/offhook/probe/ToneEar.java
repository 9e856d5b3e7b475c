package offhook.probe;

import java.util.Arrays;
import offhook.codec.dsp.Level;
import offhook.codec.dsp.ToneDetector;

/// Keeps what one end hears, packet by packet, and finds in it the tone of the other end. Written
/// by the thread that receives; read when that has ended.
final class ToneEar {

    private static final int MOST_SECONDS = 6;
    private static final int MOST_PACKETS = 50 * MOST_SECONDS;
    private static final int WINDOWS_PER_SECOND = 100;
    private static final int STEPS_PER_WINDOW = 5;

    /// A window that is half tone, half not, is 6 dB below one that is all tone.
    private static final double HALF_DB = 6;

    private static final double SETTLED_SECONDS = 0.2;
    private static final double MEASURED_SECONDS = 0.5;

    /// Where a packet is bridged the tone leaps, which spoils one of them and not the whole.
    private static final int MEASURED_WINDOWS = 10;

    private final int rateHz;
    private final double hz;
    private final double spokenDbov;
    private final short[] pcm;
    private final int[] starts = new int[MOST_PACKETS];
    private final long[] arrivals = new long[MOST_PACKETS];
    private int length;
    private int packets;
    private int firstNumber = -1;
    private int lastAhead;

    /// @param hz of the tone
    /// @param spokenDbov its level at the other end
    ToneEar(int rateHz, double hz, double spokenDbov) {
        this.rateHz = rateHz;
        this.hz = hz;
        this.spokenDbov = spokenDbov;
        this.pcm = new short[rateHz * MOST_SECONDS];
    }

    /// Where the next packet is decoded to.
    short[] room() {
        return pcm;
    }

    /// Its offset there.
    int at() {
        return length;
    }

    /// Whether there is room for one more, of at most that many samples.
    boolean hasRoom(int samples) {
        return packets < MOST_PACKETS && length + samples <= pcm.length;
    }

    /// A packet was decoded to [#room].
    ///
    /// @param number its RTP sequence number
    void add(int number, long arrivalNanos, int samples) {
        if (firstNumber < 0) {
            firstNumber = number;
        }
        lastAhead = Math.max(lastAhead, (short) (number - firstNumber));
        starts[packets] = length;
        arrivals[packets++] = arrivalNanos;
        length += samples;
    }

    /// What there was of the tone.
    ///
    /// @param spokenNanos when the first packet of the tone was sent
    Heard heard(long spokenNanos) {
        int onset = onset();
        int from = onset + (int) (SETTLED_SECONDS * rateHz);
        int count = (int) (MEASURED_SECONDS * rateHz);
        if (onset < 0 || from + count > length) {
            return Heard.NOTHING;
        }
        int window = count / MEASURED_WINDOWS;
        double[] levels = new double[MEASURED_WINDOWS];
        double[] purities = new double[MEASURED_WINDOWS];
        for (int i = 0; i < MEASURED_WINDOWS; i++) {
            int at = from + i * window;
            levels[i] = new ToneDetector(rateHz).levelDbov(pcm, at, window, hz);
            double all = Level.toRms(Level.rmsDbov(pcm, at, window));
            double tone = Level.toRms(levels[i]);
            double rest = Math.sqrt(Math.max(1, all * all - tone * tone));
            purities[i] = 20 * Math.log10(tone / rest);
        }
        return new Heard(
                (arrivalOf(onset) - spokenNanos) / 1e6,
                median(levels) - spokenDbov,
                median(purities),
                100.0 * (lastAhead + 1 - packets) / (lastAhead + 1));
    }

    private static double median(double[] values) {
        Arrays.sort(values);
        return values[values.length / 2];
    }

    /// Where the tone begins; -1 where it does not.
    private int onset() {
        ToneDetector detector = new ToneDetector(rateHz);
        int window = rateHz / WINDOWS_PER_SECOND;
        int half = length / 2;
        // The latter half of what is heard is all tone.
        double loudest = detector.levelDbov(pcm, half, length - half, hz);
        double least = Math.max(spokenDbov - 2 * HALF_DB, loudest - HALF_DB);
        for (int at = 0; at + window <= length; at += window / STEPS_PER_WINDOW) {
            if (detector.levelDbov(pcm, at, window, hz) >= least) {
                return at + window / 2;
            }
        }
        return -1;
    }

    /// When the sample came, had it been played at once.
    private long arrivalOf(int sample) {
        int packet = 0;
        while (packet + 1 < packets && starts[packet + 1] <= sample) {
            packet++;
        }
        return arrivals[packet] + (sample - starts[packet]) * 1_000_000_000L / rateHz;
    }
}
