package offhook.codec.g711;

/// The A-law of ITU-T G.711: 13 bit linear to 8 bit and back. Linear values here are 16 bit, the
/// three lowest bits unused; negative values are quantised as their one's complement, as the
/// reference code of ITU-T G.191 does.
public final class ALaw {

    /// What is sent when nobody speaks: the smallest positive value, A-law has no zero.
    public static final byte SILENCE = (byte) 0xD5;

    /// Even bits are inverted for transmission (G.711 table 1a, note 2).
    private static final int EVEN_BITS = 0x55;

    private static final short[] LINEAR = new short[256];

    static {
        for (int code = 0; code < LINEAR.length; code++) {
            LINEAR[code] = expand(code);
        }
    }

    private ALaw() {}

    /// Compresses one 16 bit sample.
    public static byte encode(short linear) {
        int magnitude = (linear ^ (linear >> 15)) >> 4;
        // Segments 0 and 1 are of one step size, so only the later ones shift.
        int segment = Math.max(0, 28 - Integer.numberOfLeadingZeros(magnitude));
        int interval = (magnitude >> Math.max(0, segment - 1)) & 0xF;
        int sign = (~linear >> 8) & 0x80;
        return (byte) ((sign | segment << 4 | interval) ^ EVEN_BITS);
    }

    /// Expands one code to a 16 bit sample.
    public static short decode(byte code) {
        return LINEAR[code & 0xFF];
    }

    private static short expand(int code) {
        int bits = code ^ EVEN_BITS;
        int segment = (bits >> 4) & 7;
        int interval = bits & 0xF;
        // The value in the middle of the interval.
        int magnitude = (interval << 4) + 8;
        if (segment > 0) {
            magnitude = (magnitude + 0x100) << (segment - 1);
        }
        return (short) ((code & 0x80) != 0 ? magnitude : -magnitude);
    }
}
