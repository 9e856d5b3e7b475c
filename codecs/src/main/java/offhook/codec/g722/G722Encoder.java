package offhook.codec.g722;

import offhook.codec.Encoder;

/// Codes 16 kHz audio at 64 kbit/s, a byte for two samples (ITU-T G.722, mode 1). Owned by one
/// thread at a time.
public final class G722Encoder implements Encoder {

    private final Qmf qmf = new Qmf();
    private final LowerBand lower = new LowerBand();
    private final HigherBand higher = new HigherBand();

    @Override
    public int encode(short[] pcm, int pcmOffset, int samples, byte[] out, int outOffset) {
        if ((samples & 1) != 0) {
            throw new IllegalArgumentException(samples + " samples are no pairs");
        }
        int bytes = samples / 2;
        for (int i = 0; i < bytes; i++) {
            int at = pcmOffset + 2 * i;
            qmf.split(pcm[at], pcm[at + 1]);
            int code = (higher.encode(qmf.higher()) << 6) | lower.encode(qmf.lower());
            out[outOffset + i] = (byte) code;
        }
        return bytes;
    }

    /// Brings the predictors to where those of a decoder are that has heard this, which another
    /// encoder made. Without it the decoder takes our next bytes for something else, and its output
    /// for a moment for anything up to full scale.
    public void follow(byte[] coded, int offset, int length) {
        for (int i = 0; i < length; i++) {
            int code = coded[offset + i];
            lower.decode(code & 0x3F);
            higher.decode((code >> 6) & 3);
        }
    }

    @Override
    public void close() {}
}
