package offhook.codec.cn;

import offhook.codec.dsp.ComfortNoise;

/// A window onto one comfort noise payload (RFC 3389 §3.3):
///
/// ```
///  0                   1                   2
///  0 1 2 3 4 5 6 7 8 9 0 1 2 3 4 5 6 7 8 9 0 1 2 3
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-
/// |0|   level     |      N1       |      N2       | ...
/// +-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-+-
/// ```
///
/// Made once and read into for each packet; owned by one thread at a time.
public final class ComfortNoisePayload {

    /// The static payload type at the clock of 8 kHz (RFC 3389 §4).
    public static final int STATIC_PAYLOAD_TYPE = 13;

    private static final int LEVEL_MASK = 0x7F;

    /// The index of the coefficient 0, and the largest one in use.
    private static final int ZERO = 127;

    private static final int LARGEST_INDEX = 254;
    private static final double STEP = 258 / 32_768.0;

    private final double[] reflection = new double[ComfortNoise.MAX_ORDER];
    private int level;
    private int order;

    /// Reads a payload; coefficients beyond [ComfortNoise#MAX_ORDER] are left out, as §3.2 allows.
    ///
    /// @return false: empty, and nothing was read
    public boolean read(byte[] payload, int offset, int length) {
        if (length < 1) {
            return false;
        }
        level = payload[offset] & LEVEL_MASK;
        order = Math.min(length - 1, reflection.length);
        for (int i = 0; i < order; i++) {
            // 255 would stand for more than 1, which no filter bears.
            int index = Math.min(payload[offset + 1 + i] & 0xFF, LARGEST_INDEX);
            reflection[i] = (index - ZERO) * STEP;
        }
        return true;
    }

    /// In -dBov: 0 is the loudest, 127 the quietest.
    public int level() {
        return level;
    }

    /// How many reflection coefficients there are; 0: white noise.
    public int order() {
        return order;
    }

    /// A reflection coefficient, -1 to 1.
    public double reflection(int index) {
        return reflection[index];
    }

    /// Lets a generator go on as this payload says.
    public void applyTo(ComfortNoise noise) {
        noise.shape(-level, reflection, order);
    }

    /// Writes white noise.
    ///
    /// @param levelDbov rounded to what the payload can tell
    /// @return bytes written: 1
    public static int write(byte[] out, int offset, double levelDbov) {
        out[offset] = (byte) Math.clamp(Math.round(-levelDbov), 0, LEVEL_MASK);
        return 1;
    }

    /// Writes noise with a spectrum.
    ///
    /// @param reflection coefficients, each between -1 and 1
    /// @return bytes written: one more than there are coefficients
    public static int write(byte[] out, int offset, double levelDbov, double[] reflection) {
        write(out, offset, levelDbov);
        for (int i = 0; i < reflection.length; i++) {
            long index = ZERO + Math.round(reflection[i] / STEP);
            out[offset + 1 + i] = (byte) Math.clamp(index, 0, LARGEST_INDEX);
        }
        return 1 + reflection.length;
    }
}
