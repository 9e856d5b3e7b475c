package offhook.codec.opus;

/// How an [OpusEncoder] works.
///
/// @param sampleRateHz of the PCM: 8000, 12000, 16000, 24000 or 48000 (RFC 6716 §2)
/// @param complexity 0-10: CPU spent for quality
/// @param bitrate bits per second, 6000-510000
/// @param fec each packet carries a coarse copy of the one before while loss is expected
/// @param expectedLossPercent 0-100: how much of what we send is lost, as the receiver reports
/// @param dtx nothing is sent while nobody speaks
public record OpusSettings(
        int sampleRateHz,
        int complexity,
        int bitrate,
        boolean fec,
        int expectedLossPercent,
        boolean dtx) {

    /// What a G.711 trunk is worth: narrowband at a moderate price.
    public static final OpusSettings NARROWBAND = new OpusSettings(8000, 5, 24_000, true, 0, false);

    /// Checks every range.
    public OpusSettings {
        if (!isSampleRate(sampleRateHz)) {
            throw new IllegalArgumentException("Opus has no sample rate of " + sampleRateHz);
        }
        requireRange("complexity", complexity, 0, 10);
        requireRange("bitrate", bitrate, 6_000, 510_000);
        requireRange("expected loss", expectedLossPercent, 0, 100);
    }

    static boolean isSampleRate(int sampleRateHz) {
        return switch (sampleRateHz) {
            case 8_000, 12_000, 16_000, 24_000, 48_000 -> true;
            default -> false;
        };
    }

    static void requireRange(String what, int value, int min, int max) {
        if (value < min || value > max) {
            throw new IllegalArgumentException(
                    "%s is %d, not within %d-%d".formatted(what, value, min, max));
        }
    }
}
