package offhook.e2e.speech;

/// G.711 as the test peers speak it, written apart from the gateway's own (ITU-T G.711).
///
/// @see <a href="https://www.itu.int/rec/T-REC-G.711">ITU-T G.711</a>
@SuppressWarnings("ImmutableEnumChecker") // The tables are written by the constructor only.
public enum G711 {
    PCMU(0),
    PCMA(8);

    private static final int BIAS = 0x84;
    private final int payloadType;
    private final short[] linear = new short[256];
    private final byte[] codes = new byte[1 << 16];

    /// Encoding is a search for the nearest of the 256 values, done once.
    G711(int payloadType) {
        this.payloadType = payloadType;
        for (int code = 0; code < 256; code++) {
            linear[code] = (short) (payloadType == 0 ? mulaw(code) : alaw(code));
        }
        for (int sample = Short.MIN_VALUE; sample <= Short.MAX_VALUE; sample++) {
            codes[sample & 0xFFFF] = (byte) nearest(sample);
        }
    }

    /// The static payload type of RFC 3551 §6.
    public int payloadType() {
        return payloadType;
    }

    public static G711 ofPayloadType(int payloadType) {
        return payloadType == 0 ? PCMU : PCMA;
    }

    public short decode(byte code) {
        return linear[code & 0xFF];
    }

    public byte encode(short sample) {
        return codes[sample & 0xFFFF];
    }

    private static int mulaw(int code) {
        int bits = ~code & 0xFF;
        int magnitude = ((((bits & 0x0F) << 3) + BIAS) << ((bits >> 4) & 7)) - BIAS;
        return bits < 0x80 ? magnitude : -magnitude;
    }

    private static int alaw(int code) {
        int bits = code ^ 0x55;
        int segment = (bits >> 4) & 7;
        int mantissa = ((bits & 0x0F) << 4) + 8;
        int magnitude = segment == 0 ? mantissa : (mantissa + 0x100) << (segment - 1);
        return bits >= 0x80 ? magnitude : -magnitude;
    }

    /// Values rise with the code of one sign, so a search by segments is not worth its lines: eight
    /// steps of bisection over the magnitudes.
    private int nearest(int sample) {
        int best = 0;
        int sign = sample < 0 ? 0x00 : 0x80;
        int distance = Integer.MAX_VALUE;
        int low = 0;
        int high = 127;
        while (low <= high) {
            int middle = (low + high) >>> 1;
            int code = codeOf(sign, middle);
            int value = linear[code];
            if (Math.abs(value - sample) < distance) {
                distance = Math.abs(value - sample);
                best = code;
            }
            if (Math.abs(value) < Math.abs(sample)) {
                low = middle + 1;
            } else {
                high = middle - 1;
            }
        }
        return best;
    }

    /// The code of the `rank`-th magnitude.
    private int codeOf(int sign, int rank) {
        return payloadType == 0 ? (sign | (127 - rank)) & 0xFF : (sign | rank) ^ 0x55;
    }
}
