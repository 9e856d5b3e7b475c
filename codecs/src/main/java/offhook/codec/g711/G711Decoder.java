package offhook.codec.g711;

import offhook.codec.AudioCodec;
import offhook.codec.Decoder;
import offhook.codec.dsp.Concealer;

/// One sample per byte by the A-law or µ-law, with concealment of what is lost. Every byte is a
/// sample, so no payload is undecodable; one that is too long for us or the array is refused.
public final class G711Decoder implements Decoder {

    private final boolean aLaw;
    private final Concealer concealer;

    /// @param codec [AudioCodec#PCMA] or [AudioCodec#PCMU]
    public G711Decoder(AudioCodec codec) {
        this.aLaw = isALaw(codec);
        this.concealer = new Concealer(codec.sampleRateHz());
    }

    @Override
    public int decode(byte[] payload, int offset, int length, short[] pcm, int pcmOffset) {
        if (length <= 0 || length > MAX_PAYLOAD_BYTES || length > pcm.length - pcmOffset) {
            return 0;
        }
        if (aLaw) {
            for (int i = 0; i < length; i++) {
                pcm[pcmOffset + i] = ALaw.decode(payload[offset + i]);
            }
        } else {
            for (int i = 0; i < length; i++) {
                pcm[pcmOffset + i] = MuLaw.decode(payload[offset + i]);
            }
        }
        concealer.heard(pcm, pcmOffset, length);
        return length;
    }

    @Override
    public int conceal(short[] pcm, int pcmOffset, int samples) {
        concealer.conceal(pcm, pcmOffset, samples);
        return samples;
    }

    @Override
    public void close() {}

    static boolean isALaw(AudioCodec codec) {
        if (codec != AudioCodec.PCMA && codec != AudioCodec.PCMU) {
            throw new IllegalArgumentException(codec + " is not G.711");
        }
        return codec == AudioCodec.PCMA;
    }
}
