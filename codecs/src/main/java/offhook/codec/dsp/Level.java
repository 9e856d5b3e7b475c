package offhook.codec.dsp;

/// Audio levels in dBov: 0 is the loudest signal 16 bit can hold, a square wave at full scale (RFC
/// 6464 §3). A sine at full scale is at -3.01 dBov.
public final class Level {

    /// What digital silence is said to have (RFC 6464 §3).
    public static final double SILENCE_DBOV = -127;

    /// 0 dBm0 in dBov: the loudest sine of G.711 is +3.17 dBm0 (ITU-T G.711 §4).
    public static final double DBM0_IN_DBOV = -6.18;

    private static final double FULL_SCALE = 32_768;

    private Level() {}

    /// Root mean square of the samples.
    public static double rmsDbov(short[] pcm, int offset, int samples) {
        long sum = 0;
        for (int i = offset; i < offset + samples; i++) {
            sum += pcm[i] * pcm[i];
        }
        return samples == 0 ? SILENCE_DBOV : toDbov(Math.sqrt((double) sum / samples));
    }

    /// The sample furthest from zero.
    public static double peakDbov(short[] pcm, int offset, int samples) {
        int peak = 0;
        for (int i = offset; i < offset + samples; i++) {
            peak = Math.max(peak, Math.abs(pcm[i]));
        }
        return toDbov(peak);
    }

    /// The level of a signal whose root mean square is `rms` on the scale of 16 bit samples.
    public static double toDbov(double rms) {
        return rms <= 0 ? SILENCE_DBOV : Math.max(SILENCE_DBOV, 20 * Math.log10(rms / FULL_SCALE));
    }

    /// The inverse of [#toDbov].
    public static double toRms(double dbov) {
        return FULL_SCALE * Math.pow(10, dbov / 20);
    }
}
