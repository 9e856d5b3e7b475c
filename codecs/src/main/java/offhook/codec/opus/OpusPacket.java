package offhook.codec.opus;

/// What the first bytes of an Opus packet say (RFC 6716 §3.1), read without decoding.
public final class OpusPacket {

    /// Units of the RTP clock, 48 kHz, that the longest packet plays for: 120 ms.
    private static final int MAX_DURATION_UNITS = 5760;

    /// From here on frames are CELT's, which has no FEC (RFC 6716 table 2).
    private static final int FIRST_CELT_CONFIGURATION = 16;

    private OpusPacket() {}

    /// How long a packet plays, in units of the RTP clock of 48 kHz (RFC 7587 §4.1).
    ///
    /// @return 0 when it is no Opus packet
    public static int durationUnits(byte[] payload, int offset, int length) {
        if (length < 1) {
            return 0;
        }
        int toc = payload[offset] & 0xff;
        int frames =
                switch (toc & 3) {
                    case 0 -> 1;
                    case 1, 2 -> 2;
                    default -> length < 2 ? 0 : payload[offset + 1] & 0x3f;
                };
        int units = frames * frameUnits(toc >> 3);
        return units > MAX_DURATION_UNITS ? 0 : units;
    }

    /// Table 2 of RFC 6716.
    private static int frameUnits(int configuration) {
        if (configuration < 12) {
            return switch (configuration & 3) {
                case 0 -> 480;
                case 1 -> 960;
                case 2 -> 1920;
                default -> 2880;
            };
        }
        if (configuration < 16) {
            return (configuration & 1) == 0 ? 480 : 960;
        }
        return 120 << (configuration & 3);
    }

    /// Whether a packet carries the one before it again, coarser: in-band FEC (RFC 6716 §2.1.7). It
    /// says so in bits of its first frame that need no decoding (§4.2.3).
    public static boolean carriesRedundancy(byte[] payload, int offset, int length) {
        if (durationUnits(payload, offset, length) == 0) {
            return false;
        }
        int toc = payload[offset] & 0xff;
        int configuration = toc >> 3;
        int frame = firstFrame(payload, offset, offset + length);
        if (configuration >= FIRST_CELT_CONFIGURATION || frame >= offset + length) {
            return false;
        }
        // One voice activity bit per 20 ms, then the bit we want; the side channel's follow.
        int parts = Math.max(1, frameUnits(configuration) / 960);
        int bits = payload[frame] & 0xff;
        boolean stereo = (toc & 4) != 0;
        return ((bits >> (7 - parts)) & 1) != 0 || (stereo && ((bits >> (6 - 2 * parts)) & 1) != 0);
    }

    /// Where the first frame's data begins (RFC 6716 §3.2); `end` or beyond when there is none.
    private static int firstFrame(byte[] payload, int offset, int end) {
        return switch (payload[offset] & 3) {
            case 0, 1 -> offset + 1;
            case 2 -> afterLength(payload, offset + 1, end);
            default -> firstOfMany(payload, offset + 1, end);
        };
    }

    /// RFC 6716 §3.2.5: the count of frames, padding, and all lengths but the last.
    private static int firstOfMany(byte[] payload, int offset, int end) {
        int count = payload[offset] & 0xff;
        int at = offset + 1;
        boolean more = (count & 0x40) != 0;
        while (more && at < end) {
            more = payload[at++] == (byte) 255;
        }
        boolean differInLength = (count & 0x80) != 0;
        for (int i = 1; differInLength && i < (count & 0x3f); i++) {
            at = afterLength(payload, at, end);
        }
        return at;
    }

    /// Lengths from 252 on take two bytes (RFC 6716 §3.2.1).
    private static int afterLength(byte[] payload, int at, int end) {
        return at < end && (payload[at] & 0xff) >= 252 ? at + 2 : at + 1;
    }
}
