package offhook.codec.g722;

import offhook.codec.AudioCodec;
import offhook.codec.Decoder;
import offhook.codec.dsp.Concealer;

/// Decodes 64 kbit/s to 16 kHz audio (ITU-T G.722, mode 1), with concealment of what is lost. Every
/// byte is a pair of samples, so no payload is undecodable; one that is too long for us or the
/// array is refused. Owned by one thread at a time.
public final class G722Decoder implements Decoder {

    private final Qmf qmf = new Qmf();
    private final LowerBand lower = new LowerBand();
    private final HigherBand higher = new HigherBand();
    private final Concealer concealer = new Concealer(AudioCodec.G722.sampleRateHz());

    @Override
    public int decode(byte[] payload, int offset, int length, short[] pcm, int pcmOffset) {
        if (length <= 0 || length > MAX_PAYLOAD_BYTES || 2 * length > pcm.length - pcmOffset) {
            return 0;
        }
        for (int i = 0; i < length; i++) {
            int code = payload[offset + i];
            qmf.join(
                    lower.decode(code & 0x3F),
                    higher.decode((code >> 6) & 3),
                    pcm,
                    pcmOffset + 2 * i);
        }
        concealer.heard(pcm, pcmOffset, 2 * length);
        return 2 * length;
    }

    /// Leaves predictors and step sizes where they were: coding what was made up, to move them on,
    /// brings them no nearer to the sender's, and after a faded loss much further from them.
    @Override
    public int conceal(short[] pcm, int pcmOffset, int samples) {
        concealer.conceal(pcm, pcmOffset, samples);
        return samples;
    }

    @Override
    public void close() {}
}
