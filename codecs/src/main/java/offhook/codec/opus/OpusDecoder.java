package offhook.codec.opus;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.ShortBuffer;
import java.util.Arrays;
import offhook.codec.Decoder;
import offhook.codec.dsp.LossFade;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.util.opus.Opus;

/// Decodes Opus of any bandwidth and channel count to mono at one sample rate with libopus. Owned
/// by one thread at a time.
public final class OpusDecoder implements Decoder {

    /// The longest packet (RFC 6716 §3.2.5).
    private static final int MAX_PACKET_MILLIS = 120;

    private static final int NORMAL = 0;
    private static final int FEC = 1;
    private static final long LOST = 0;

    private final int maxSamples;
    private final LossFade fade;
    private final ByteBuffer payloadIn;
    private final ShortBuffer pcmOut;
    private final long payloadInAddress;
    private final long pcmOutAddress;

    /// The native state; 0 when closed.
    private long state;

    /// @param sampleRateHz of the PCM that comes out: 8000, 12000, 16000, 24000 or 48000
    /// @throws OpusUnavailableException if libopus does not load
    public OpusDecoder(int sampleRateHz) {
        if (!OpusSettings.isSampleRate(sampleRateHz)) {
            throw new IllegalArgumentException("Opus has no sample rate of " + sampleRateHz);
        }
        OpusLibrary.require();
        try (MemoryStack stack = MemoryStack.stackPush()) {
            IntBuffer error = stack.mallocInt(1);
            state = Opus.opus_decoder_create(sampleRateHz, 1, error);
            if (error.get(0) != Opus.OPUS_OK) {
                throw new IllegalStateException("libopus: " + Opus.opus_strerror(error.get(0)));
            }
        }
        maxSamples = sampleRateHz / 1000 * MAX_PACKET_MILLIS;
        fade = new LossFade(sampleRateHz);
        payloadIn = MemoryUtil.memAlloc(MAX_PAYLOAD_BYTES);
        pcmOut = MemoryUtil.memAllocShort(maxSamples);
        payloadInAddress = MemoryUtil.memAddress(payloadIn);
        pcmOutAddress = MemoryUtil.memAddress(pcmOut);
    }

    @Override
    public int decode(byte[] payload, int offset, int length, short[] pcm, int pcmOffset) {
        requireOpen();
        // An empty payload would mean "lost" to libopus.
        if (length <= 0 || length > MAX_PAYLOAD_BYTES) {
            return 0;
        }
        payloadIn.put(0, payload, offset, length);
        int room = Math.min(maxSamples, pcm.length - pcmOffset);
        int samples =
                Opus.nopus_decode(state, payloadInAddress, length, pcmOutAddress, room, NORMAL);
        if (samples <= 0) {
            return 0;
        }
        pcmOut.get(0, pcm, pcmOffset, samples);
        fade.heard(pcm, pcmOffset, samples);
        return samples;
    }

    /// libopus prolongs a steady sound for seconds; here it ends in background noise after 160 ms.
    @Override
    public int conceal(short[] pcm, int pcmOffset, int samples) {
        requireOpen();
        if (fade.isNoise()) {
            Arrays.fill(pcm, pcmOffset, pcmOffset + samples, (short) 0);
        } else {
            rebuild(LOST, 0, pcm, pcmOffset, samples, NORMAL);
        }
        fade.concealed(pcm, pcmOffset, samples);
        return samples;
    }

    @Override
    public int decodeFec(
            byte[] payload, int offset, int length, short[] pcm, int pcmOffset, int samples) {
        requireOpen();
        if (length <= 0 || length > MAX_PAYLOAD_BYTES) {
            return conceal(pcm, pcmOffset, samples);
        }
        payloadIn.put(0, payload, offset, length);
        rebuild(payloadInAddress, length, pcm, pcmOffset, samples, FEC);
        fade.heard(pcm, pcmOffset, samples);
        return samples;
    }

    /// Fills exactly `samples` samples, with silence where libopus refuses.
    private void rebuild(long data, int length, short[] pcm, int pcmOffset, int samples, int fec) {
        int made = 0;
        if (samples <= maxSamples) {
            made = Math.max(0, Opus.nopus_decode(state, data, length, pcmOutAddress, samples, fec));
            pcmOut.get(0, pcm, pcmOffset, made);
        }
        Arrays.fill(pcm, pcmOffset + made, pcmOffset + samples, (short) 0);
    }

    @Override
    public void close() {
        if (state != 0) {
            Opus.opus_decoder_destroy(state);
            MemoryUtil.memFree(payloadIn);
            MemoryUtil.memFree(pcmOut);
            state = 0;
        }
    }

    private void requireOpen() {
        if (state == 0) {
            throw new IllegalStateException("decoder is closed");
        }
    }
}
