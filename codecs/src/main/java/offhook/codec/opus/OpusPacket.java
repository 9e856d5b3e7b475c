package offhook.codec.opus;

/// What the first bytes of an Opus packet say (RFC 6716 §3.1), read without decoding.
public final class OpusPacket {

    /// Units of the RTP clock, 48 kHz, that the longest packet plays for: 120 ms.
    private static final int MAX_DURATION_UNITS = 5760;

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

    /// Whether a packet carries redundancy (in-band FEC) of the one before it: the LBRR flag of its
    /// first frame (RFC 6716 §4.2.3, §4.2.4). Packets of more than two frames are not looked into.
    public static boolean carriesFec(byte[] payload, int offset, int length) {
        if (length < 2) {
            return false;
        }
        int toc = payload[offset] & 0xff;
        int configuration = toc >> 3;
        if (configuration >= 16 || (toc & 3) == 3) {
            return false;
        }
        // Two frames of different lengths: the first one's length, in one byte or two (§3.2.4).
        int sizes = (toc & 3) != 2 ? 0 : (payload[offset + 1] & 0xff) < 252 ? 1 : 2;
        if (length < 2 + sizes) {
            return false;
        }
        // One voice activity flag for each 20 ms, then the flag; all are plain bits (§4.2.3).
        int activityFlags = configuration >= 12 ? 1 : Math.max(1, configuration & 3);
        return ((payload[offset + 1 + sizes] & 0xff) >> (7 - activityFlags) & 1) != 0;
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
}
