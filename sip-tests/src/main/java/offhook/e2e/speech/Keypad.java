package offhook.e2e.speech;

import java.util.Arrays;
import offhook.codec.dsp.ToneDetector;

/// The keys of a telephone as tones (ITU-T Q.23): makes them, and finds them by filters that know
/// nothing of the gateway's.
public final class Keypad {
    /// In the order of their events (RFC 4733 §3.2).
    public static final String KEYS = "0123456789*#ABCD";

    private static final String BY_ROW = "123A456B789C*0#D";
    private static final int[] LOW_HZ = {697, 770, 852, 941};
    private static final int[] HIGH_HZ = {1209, 1336, 1477, 1633};
    private static final int AMPLITUDE = 6000;
    private static final double AUDIBLE_DBOV = -30;

    /// Both tones of a key are at least so far above all others.
    private static final double CLEAR_DB = 8;

    private static final int LEAST_HOPS = 3;

    /// Of a pause between two equal keys; what a lost packet leaves is shorter.
    private static final int PAUSE_HOPS = 3;

    private Keypad() {}

    /// Keys one after the other at 8 kHz, each followed by a pause.
    public static Pcm tones(String keys, int toneMillis, int pauseMillis) {
        int tone = toneMillis * 8;
        int each = tone + pauseMillis * 8;
        short[] out = new short[each * keys.length()];
        for (int i = 0; i < keys.length(); i++) {
            int key = BY_ROW.indexOf(keys.charAt(i));
            double low = 2 * Math.PI * LOW_HZ[key / 4] / 8000;
            double high = 2 * Math.PI * HIGH_HZ[key % 4] / 8000;
            for (int k = 0; k < tone; k++) {
                out[i * each + k] = (short) (AMPLITUDE * (Math.sin(low * k) + Math.sin(high * k)));
            }
        }
        return new Pcm(8000, out);
    }

    /// The keys that sound, in order: a key is 30 ms or more of its two tones with something else
    /// before and behind. An interruption by a lost packet is none.
    public static String heardIn(Pcm pcm) {
        var keys = new StringBuilder();
        var detector = new ToneDetector(pcm.rateHz());
        int hop = pcm.rateHz() / 100;
        int window = 3 * hop;
        char last = ' ';
        int hops = 0;
        char sounding = ' ';
        int silent = 0;
        for (int at = 0; at + window <= pcm.samples().length; at += hop) {
            char now = key(detector, pcm, at, window);
            hops = now == last ? hops + 1 : 1;
            last = now;
            silent = now == sounding ? 0 : silent + 1;
            if (silent >= PAUSE_HOPS) {
                sounding = ' ';
            }
            if (now != ' ' && now != sounding && hops == LEAST_HOPS) {
                keys.append(now);
                sounding = now;
            }
        }
        return keys.toString();
    }

    private static char key(ToneDetector detector, Pcm pcm, int at, int window) {
        double[] low = levels(detector, pcm, at, window, LOW_HZ);
        double[] high = levels(detector, pcm, at, window, HIGH_HZ);
        int row = loudest(low);
        int column = loudest(high);
        boolean clear =
                low[row] > AUDIBLE_DBOV
                        && high[column] > AUDIBLE_DBOV
                        && low[row] > second(low) + CLEAR_DB
                        && high[column] > second(high) + CLEAR_DB;
        return clear ? BY_ROW.charAt(4 * row + column) : ' ';
    }

    private static double[] levels(
            ToneDetector detector, Pcm pcm, int at, int window, int[] frequencies) {
        return Arrays.stream(frequencies)
                .mapToDouble(hz -> detector.levelDbov(pcm.samples(), at, window, hz))
                .toArray();
    }

    private static int loudest(double[] levels) {
        int loudest = 0;
        for (int i = 1; i < levels.length; i++) {
            loudest = levels[i] > levels[loudest] ? i : loudest;
        }
        return loudest;
    }

    private static double second(double[] levels) {
        double[] sorted = levels.clone();
        Arrays.sort(sorted);
        return sorted[sorted.length - 2];
    }
}
