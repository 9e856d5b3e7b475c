package offhook.codec.sound;

import java.util.List;
import offhook.codec.dsp.Tone;

/// A tone of a telephone network that comes and goes (ITU-T E.180), such as the one that says that
/// it rings at the other end.
///
/// @param frequenciesHz sounded together
/// @param cadenceMillis on, off, on, off and so on, then from the beginning; an even number of them
public record RingTone(List<Integer> frequenciesHz, List<Integer> cadenceMillis) {

    /// All of it, whatever the number of frequencies. E.180 §3.1 has networks send -10 dBm0 with 5
    /// dB either way.
    public static final double LEVEL_DBM0 = -15;

    /// A tone that jumps on and off clicks.
    private static final int RAMP_MILLIS = 5;

    public RingTone {
        frequenciesHz = List.copyOf(frequenciesHz);
        cadenceMillis = List.copyOf(cadenceMillis);
        if (frequenciesHz.isEmpty() || cadenceMillis.isEmpty() || cadenceMillis.size() % 2 != 0) {
            throw new IllegalArgumentException("no tone: " + frequenciesHz + cadenceMillis);
        }
    }

    /// The tone as it is played.
    public Sound sound() {
        int samplesPerMilli = Sound.WIDEBAND_HZ / 1000;
        int millis = cadenceMillis.stream().mapToInt(Integer::intValue).sum();
        short[] pcm = new short[millis * samplesPerMilli];
        double each = LEVEL_DBM0 - 10 * Math.log10(frequenciesHz.size());
        double[] frequencies = frequenciesHz.stream().mapToDouble(Integer::doubleValue).toArray();
        int at = 0;
        for (int i = 0; i < cadenceMillis.size(); i += 2) {
            int on = cadenceMillis.get(i) * samplesPerMilli;
            new Tone(Sound.WIDEBAND_HZ, each, frequencies).fill(pcm, at, on);
            ramp(pcm, at, on, RAMP_MILLIS * samplesPerMilli);
            at += on + cadenceMillis.get(i + 1) * samplesPerMilli;
        }
        return Sound.of(pcm, Sound.WIDEBAND_HZ);
    }

    private static void ramp(short[] pcm, int start, int length, int ramp) {
        int steps = Math.min(ramp, length / 2);
        for (int i = 0; i < steps; i++) {
            double gain = (double) i / steps;
            pcm[start + i] = (short) Math.round(pcm[start + i] * gain);
            int mirrored = start + length - 1 - i;
            pcm[mirrored] = (short) Math.round(pcm[mirrored] * gain);
        }
    }
}
