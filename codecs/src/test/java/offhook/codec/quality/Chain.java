package offhook.codec.quality;

import java.util.Arrays;
import java.util.Random;
import offhook.codec.Decoder;
import offhook.codec.Encoder;

/// Sends a recording through an encoder, a link that loses packets, and a decoder.
final class Chain {

    private static final int FRAME = 160;
    private static final long SEED = 20260101;

    private Chain() {}

    static Recording through(Encoder encoder, Decoder decoder, Recording in, double loss) {
        short[] pcm = in.pcm();
        short[] out = new short[pcm.length / FRAME * FRAME];
        byte[] payload = new byte[Decoder.MAX_PAYLOAD_BYTES];
        Random random = new Random(SEED);
        for (int at = 0; at < out.length; at += FRAME) {
            int bytes = encoder.encode(pcm, at, FRAME, payload, 0);
            if (random.nextDouble() < loss || bytes == 0) {
                decoder.conceal(out, at, FRAME);
            } else {
                decoder.decode(payload, 0, bytes, out, at);
            }
        }
        return new Recording(out, in.sampleRateHz());
    }

    /// Silence in place of a share of the 20 ms frames.
    static Recording silenced(Recording in, double loss) {
        short[] pcm = in.pcm();
        Random random = new Random(SEED);
        for (int at = 0; at + FRAME <= pcm.length; at += FRAME) {
            if (random.nextDouble() < loss) {
                Arrays.fill(pcm, at, at + FRAME, (short) 0);
            }
        }
        return new Recording(pcm, in.sampleRateHz());
    }

    static Recording noise(Recording like) {
        short[] pcm = like.pcm();
        Random random = new Random(SEED);
        for (int i = 0; i < pcm.length; i++) {
            pcm[i] = (short) (random.nextGaussian() * 3000);
        }
        return new Recording(pcm, like.sampleRateHz());
    }

    static Recording delayed(Recording in, int samples) {
        short[] pcm = in.pcm();
        short[] out = new short[pcm.length];
        System.arraycopy(pcm, 0, out, samples, pcm.length - samples);
        return new Recording(out, in.sampleRateHz());
    }
}
