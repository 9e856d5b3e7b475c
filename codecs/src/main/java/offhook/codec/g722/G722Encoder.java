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

    @Override
    public void close() {}
}
