package offhook.codec.opus;

import java.nio.ByteBuffer;
import java.nio.IntBuffer;
import java.nio.ShortBuffer;
import offhook.codec.Decoder;
import offhook.codec.Encoder;
import offhook.codec.dsp.VoiceActivity;
import org.lwjgl.system.MemoryStack;
import org.lwjgl.system.MemoryUtil;
import org.lwjgl.util.opus.Opus;

/// Codes voice, or music, with libopus: mono, constrained variable bitrate. Frames are 2.5, 5, 10,
/// 20, 40 or 60 ms (RFC 6716 §2.1.4); 20 ms is what WebRTC peers expect, and DTX leaves nothing out
/// of shorter ones. Owned by one thread at a time.
public final class OpusEncoder implements Encoder {

    private static final int MAX_FRAME_MILLIS = 60;

    /// 200 ms of silence are sent before any is left out: who hears nothing more goes on with what
    /// was last heard, and ends of words fade.
    private static final int SENT_SILENCE_FRAMES = 10;

    /// While nobody speaks, the background is told anew each 400 ms, as libopus does.
    private static final int UPDATE_FRAMES = 20;

    /// The bits of the first byte that tell how many frames a packet has (RFC 6716 §3.1).
    private static final int FRAME_COUNT_BITS = 3;

    private final boolean dtx;

    /// Of 20 ms.
    private final int voiceFrame;

    private final VoiceActivity voice;
    private final int lookaheadSamples;
    private final ShortBuffer pcmIn;
    private final ByteBuffer payloadOut;
    private final long pcmInAddress;
    private final long payloadOutAddress;

    /// The native state; 0 when closed.
    private long state;

    // As last set, so that setting the same again costs nothing.
    private int complexity = -1;
    private int bitrate = -1;
    private int expectedLossPercent = -1;

    // Frames of 20 ms since somebody spoke, and of these since the last that was sent.
    private int silentFrames;
    private int leftOutFrames;

    /// The first byte of the last packet.
    private byte tableOfContents;

    /// An encoder of voice.
    ///
    /// @throws OpusUnavailableException if libopus does not load
    public OpusEncoder(OpusSettings settings) {
        this(settings, settings.dtx(), Opus.OPUS_APPLICATION_VOIP, Opus.OPUS_SIGNAL_VOICE);
    }

    /// An encoder of music, which leaves nothing out and uses the transform codec alone. A decoder
    /// that goes over to it from voice, or back, begins afresh and fades from one to the other (RFC
    /// 6716 §4.5), so that nothing is heard of what another encoder's voice has left in it.
    ///
    /// @throws OpusUnavailableException if libopus does not load
    public static OpusEncoder ofMusic(OpusSettings settings) {
        return new OpusEncoder(
                settings, false, Opus.OPUS_APPLICATION_RESTRICTED_LOWDELAY, Opus.OPUS_SIGNAL_MUSIC);
    }

    private OpusEncoder(OpusSettings settings, boolean dtx, int application, int signal) {
        OpusLibrary.require();
        this.dtx = dtx;
        voiceFrame = settings.sampleRateHz() / 50;
        voice = new VoiceActivity(voiceFrame);
        try (MemoryStack stack = MemoryStack.stackPush()) {
            IntBuffer error = stack.mallocInt(1);
            state = Opus.opus_encoder_create(settings.sampleRateHz(), 1, application, error);
            check(error.get(0));
            check(Opus.opus_encoder_ctl(state, Opus.OPUS_GET_LOOKAHEAD(error)));
            lookaheadSamples = error.get(0);
        }
        pcmIn = MemoryUtil.memAllocShort(settings.sampleRateHz() / 1000 * MAX_FRAME_MILLIS);
        payloadOut = MemoryUtil.memAlloc(Decoder.MAX_PAYLOAD_BYTES);
        pcmInAddress = MemoryUtil.memAddress(pcmIn);
        payloadOutAddress = MemoryUtil.memAddress(payloadOut);
        check(Opus.opus_encoder_ctl(state, Opus.OPUS_SET_SIGNAL(signal)));
        check(Opus.opus_encoder_ctl(state, Opus.OPUS_SET_INBAND_FEC(settings.fec() ? 1 : 0)));
        check(Opus.opus_encoder_ctl(state, Opus.OPUS_SET_BANDWIDTH(bandwidth(settings))));
        setBitrate(settings.bitrate());
        setComplexity(settings.complexity());
        setExpectedLoss(settings.expectedLossPercent());
    }

    @Override
    public int encode(short[] pcm, int pcmOffset, int samples, byte[] out, int outOffset) {
        requireOpen();
        if (dtx && mayBeLeftOut(pcm, pcmOffset, samples)) {
            boolean first = leftOutFrames == 0;
            leftOutFrames += samples / voiceFrame;
            return first ? sayThatNothingFollows(out, outOffset) : 0;
        }
        leftOutFrames = 0;
        pcmIn.put(0, pcm, pcmOffset, samples);
        int room = Math.min(out.length - outOffset, payloadOut.capacity());
        int bytes = Opus.nopus_encode(state, pcmInAddress, samples, payloadOutAddress, room);
        check(bytes);
        payloadOut.get(0, out, outOffset, bytes);
        tableOfContents = out[outOffset];
        return bytes;
    }

    /// What is left out never reaches libopus: its own DTX codes each frame before it drops it.
    private boolean mayBeLeftOut(short[] pcm, int pcmOffset, int samples) {
        if (samples % voiceFrame != 0) {
            return false;
        }
        for (int at = 0; at < samples; at += voiceFrame) {
            silentFrames = voice.isActive(pcm, pcmOffset + at) ? 0 : silentFrames + 1;
        }
        return silentFrames > SENT_SILENCE_FRAMES && leftOutFrames < UPDATE_FRAMES;
    }

    /// A packet with an empty frame: receivers take the pause after it for silence rather than for
    /// loss (RFC 6716 §3.2.1, RFC 7587 §3.1.3).
    private int sayThatNothingFollows(byte[] out, int outOffset) {
        if ((tableOfContents & FRAME_COUNT_BITS) != 0) {
            return 0;
        }
        out[outOffset] = tableOfContents;
        return 1;
    }

    /// Begins afresh, as a decoder does to which music came in between.
    public void reset() {
        requireOpen();
        check(Opus.opus_encoder_ctl(state, Opus.OPUS_RESET_STATE));
        silentFrames = 0;
        leftOutFrames = 0;
    }

    /// How many samples of each end of a frame come out with the next one: the codec's delay.
    public int lookaheadSamples() {
        return lookaheadSamples;
    }

    /// Takes effect with the next frame; the same again costs nothing.
    ///
    /// @param complexity 0-10
    public void setComplexity(int complexity) {
        requireOpen();
        OpusSettings.requireRange("complexity", complexity, 0, 10);
        if (complexity != this.complexity) {
            check(Opus.opus_encoder_ctl(state, Opus.OPUS_SET_COMPLEXITY(complexity)));
            this.complexity = complexity;
        }
    }

    /// Takes effect with the next frame; the same again costs nothing.
    ///
    /// @param bitrate bits per second, 6000-510000
    public void setBitrate(int bitrate) {
        requireOpen();
        OpusSettings.requireRange("bitrate", bitrate, 6_000, 510_000);
        if (bitrate != this.bitrate) {
            check(Opus.opus_encoder_ctl(state, Opus.OPUS_SET_BITRATE(bitrate)));
            this.bitrate = bitrate;
        }
    }

    /// How much redundancy FEC spends; takes effect with the next frame, the same again costs
    /// nothing.
    ///
    /// @param percent 0-100, from the receiver's reports (RFC 3550 §6.4.1, fraction lost)
    public void setExpectedLoss(int percent) {
        requireOpen();
        OpusSettings.requireRange("expected loss", percent, 0, 100);
        if (percent != expectedLossPercent) {
            check(Opus.opus_encoder_ctl(state, Opus.OPUS_SET_PACKET_LOSS_PERC(percent)));
            expectedLossPercent = percent;
        }
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

    /// Narrowband and wideband sources are coded as what they are, however low the bitrate: a trunk
    /// that changes its sound with the bitrate would be heard. Others leave it to libopus.
    private static int bandwidth(OpusSettings settings) {
        return switch (settings.sampleRateHz()) {
            case 8_000 -> Opus.OPUS_BANDWIDTH_NARROWBAND;
            case 16_000 -> Opus.OPUS_BANDWIDTH_WIDEBAND;
            default -> Opus.OPUS_AUTO;
        };
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
