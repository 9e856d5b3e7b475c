package offhook.codec.g711;

import offhook.codec.AudioCodec;
import offhook.codec.Encoder;

/// One byte per sample by the A-law or µ-law. Holds no state: any thread may use it.
public final class G711Encoder implements Encoder {

    private final boolean aLaw;

    /// @param codec [AudioCodec#PCMA] or [AudioCodec#PCMU]
    public G711Encoder(AudioCodec codec) {
        this.aLaw = G711Decoder.isALaw(codec);
    }

    @Override
    public int encode(short[] pcm, int pcmOffset, int samples, byte[] out, int outOffset) {
        if (aLaw) {
            for (int i = 0; i < samples; i++) {
                out[outOffset + i] = ALaw.encode(pcm[pcmOffset + i]);
            }
        } else {
            for (int i = 0; i < samples; i++) {
                out[outOffset + i] = MuLaw.encode(pcm[pcmOffset + i]);
            }
        }
        return samples;
    }

    @Override
    public void close() {}
}
