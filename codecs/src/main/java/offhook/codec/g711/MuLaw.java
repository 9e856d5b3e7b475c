package offhook.codec.g711;

/// The µ-law of ITU-T G.711: 14 bit linear to 8 bit and back. Linear values here are 16 bit, the
/// two lowest bits unused; negative values are quantised as their one's complement, as the
/// reference code of ITU-T G.191 does.
public final class MuLaw {

    /// What is sent when nobody speaks: positive zero.
    public static final byte SILENCE = (byte) 0xFF;

    /// Shifts the segments so that each starts at a power of two (G.711 table 2a).
    private static final int BIAS = 33;

    private static final int LARGEST_MAGNITUDE = 0x1FFF;

    private static final short[] LINEAR = new short[256];

    static {
        for (int code = 0; code < LINEAR.length; code++) {
            LINEAR[code] = expand(code);
        }
    }

    private MuLaw() {}

    /// Compresses one 16 bit sample.
    public static byte encode(short linear) {
        int magnitude = Math.min(((linear ^ (linear >> 15)) >> 2) + BIAS, LARGEST_MAGNITUDE);
        int segment = 26 - Integer.numberOfLeadingZeros(magnitude);
        int interval = (magnitude >> (segment + 1)) & 0xF;
        // All bits are inverted for transmission; bit 8 set means positive (G.711 §3.2).
        int sign = (~linear >> 8) & 0x80;
        return (byte) (sign | (~(segment << 4 | interval) & 0x7F));
    }

    /// Expands one code to a 16 bit sample.
    public static short decode(byte code) {
        return LINEAR[code & 0xFF];
    }

    private static short expand(int code) {
        int bits = ~code;
        int segment = (bits >> 4) & 7;
        int interval = bits & 0xF;
        int magnitude = (((interval << 1) + BIAS) << segment) - BIAS;
        return (short) ((code & 0x80) != 0 ? magnitude << 2 : -(magnitude << 2));
    }
}
