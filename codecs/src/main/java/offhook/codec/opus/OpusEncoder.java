package offhook.codec.opus;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.ShortBuffer;
import offhook.codec.Decoder;
import offhook.codec.Encoder;
import offhook.codec.dsp.Level;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.util.opus.Opus;

/// Codes voice with libopus: mono, constrained variable bitrate. Frames are 2.5, 5, 10, 20, 40 or
/// 60 ms (RFC 6716 §2.1.4); 20 ms is what WebRTC peers expect. Owned by one thread at a time.
public final class OpusEncoder implements Encoder {

    private static final int MAX_FRAME_MILLIS = 60;

    /// With DTX, a payload this short only says that nobody speaks (`opus_encode`).
    private static final int DTX_BYTES = 2;

    /// In dBov. The voice detector of libopus takes any steady tone for background noise: without
    /// this bound, dial and busy tones and held notes of hold music would be left out as silence.
    private static final double LOUDEST_SILENCE_DBOV = -45;

    private final boolean dtx;

    /// 200 ms of silence are sent before any is left out, as in libopus itself: who hears nothing
    /// more goes on with what was last heard.
    private final int sentSilenceSamples;

    private final int lookaheadSamples;
    private final ShortBuffer pcmIn;
    private final ByteBuffer payloadOut;
    private final long pcmInAddress;
    private final long payloadOutAddress;

    /// The native state; 0 when closed.
    private long state;

    private int silentSamples;

    /// Whether the latest frame says that nobody speaks. The first of these is sent, as WebRTC
    /// senders do: the receiver then makes comfort noise and conceals no loss.
    private boolean paused;

    /// Whether the native state may leave frames out.
    private boolean dtxOn;

    /// @throws OpusUnavailableException if libopus does not load
    public OpusEncoder(OpusSettings settings) {
        OpusLibrary.require();
        dtx = settings.dtx();
        sentSilenceSamples = settings.sampleRateHz() / 5;
        try (MemoryStack stack = MemoryStack.stackPush()) {
            IntBuffer error = stack.mallocInt(1);
            state =
                    Opus.opus_encoder_create(
                            settings.sampleRateHz(), 1, Opus.OPUS_APPLICATION_VOIP, error);
            check(error.get(0));
            check(Opus.opus_encoder_ctl(state, Opus.OPUS_GET_LOOKAHEAD(error)));
            lookaheadSamples = error.get(0);
        }
        pcmIn = MemoryUtil.memAllocShort(settings.sampleRateHz() / 1000 * MAX_FRAME_MILLIS);
        payloadOut = MemoryUtil.memAlloc(Decoder.MAX_PAYLOAD_BYTES);
        pcmInAddress = MemoryUtil.memAddress(pcmIn);
        payloadOutAddress = MemoryUtil.memAddress(payloadOut);
        check(Opus.opus_encoder_ctl(state, Opus.OPUS_SET_SIGNAL(Opus.OPUS_SIGNAL_VOICE)));
        check(Opus.opus_encoder_ctl(state, Opus.OPUS_SET_INBAND_FEC(settings.fec() ? 1 : 0)));
        check(Opus.opus_encoder_ctl(state, Opus.OPUS_SET_DTX(0)));
        setBitrate(settings.bitrate());
        setComplexity(settings.complexity());
        setExpectedLoss(settings.expectedLossPercent());
    }

    @Override
    public int encode(short[] pcm, int pcmOffset, int samples, byte[] out, int outOffset) {
        requireOpen();
        if (dtx) {
            boolean silent = Level.rmsDbov(pcm, pcmOffset, samples) <= LOUDEST_SILENCE_DBOV;
            silentSamples = silent ? Math.min(silentSamples + samples, sentSilenceSamples) : 0;
            allowDtx(silentSamples == sentSilenceSamples);
        }
        pcmIn.put(0, pcm, pcmOffset, samples);
        int room = Math.min(out.length - outOffset, payloadOut.capacity());
        int bytes = Opus.nopus_encode(state, pcmInAddress, samples, payloadOutAddress, room);
        check(bytes);
        boolean pausedBefore = paused;
        paused = dtx && bytes <= DTX_BYTES;
        if (paused && pausedBefore) {
            return 0;
        }
        payloadOut.get(0, out, outOffset, bytes);
        return bytes;
    }

    private void allowDtx(boolean on) {
        if (on != dtxOn) {
            check(Opus.opus_encoder_ctl(state, Opus.OPUS_SET_DTX(on ? 1 : 0)));
            dtxOn = on;
        }
    }

    /// How many samples of each end of a frame come out with the next one: the codec's delay.
    public int lookaheadSamples() {
        return lookaheadSamples;
    }

    /// Takes effect with the next frame.
    ///
    /// @param complexity 0-10
    public void setComplexity(int complexity) {
        requireOpen();
        OpusSettings.requireRange("complexity", complexity, 0, 10);
        check(Opus.opus_encoder_ctl(state, Opus.OPUS_SET_COMPLEXITY(complexity)));
    }

    /// Takes effect with the next frame.
    ///
    /// @param bitrate bits per second, 6000-510000
    public void setBitrate(int bitrate) {
        requireOpen();
        OpusSettings.requireRange("bitrate", bitrate, 6_000, 510_000);
        check(Opus.opus_encoder_ctl(state, Opus.OPUS_SET_BITRATE(bitrate)));
    }

    /// How much redundancy FEC spends; takes effect with the next frame.
    ///
    /// @param percent 0-100, from the receiver's reports (RFC 3550 §6.4.1, fraction lost)
    public void setExpectedLoss(int percent) {
        requireOpen();
        OpusSettings.requireRange("expected loss", percent, 0, 100);
        check(Opus.opus_encoder_ctl(state, Opus.OPUS_SET_PACKET_LOSS_PERC(percent)));
    }

    @Override
    public void close() {
        if (state != 0) {
            Opus.opus_encoder_destroy(state);
            MemoryUtil.memFree(pcmIn);
            MemoryUtil.memFree(payloadOut);
            state = 0;
        }
    }

    private void requireOpen() {
        if (state == 0) {
            throw new IllegalStateException("encoder is closed");
        }
    }

    private static void check(int result) {
        if (result < 0) {
            throw new IllegalStateException("libopus: " + Opus.opus_strerror(result));
        }
    }
}
