package offhook.media;

import java.util.List;
import java.util.Optional;
import offhook.call.MediaSummary;
import offhook.codec.AudioCodec;
import offhook.net.PacketBuffer;
import offhook.rtp.RtpPacket;
import offhook.rtp.RtpSender;
import offhook.sdp.SessionDescription;
import offhook.telemetry.Counter;
import org.jspecify.annotations.Nullable;

/// The media of a leg whose peer is a leg of another call, which may live on another loop: what is
/// sent here is heard there, frame by frame and coded as it is. On its call's loop only.
///
/// Audio crosses in the codec of whoever speaks, so that it is changed once, on the loop of the one
/// who hears. What arrives there is a stream of RTP like any other, without a network: a pause, or
/// what found no room, is a step in its timestamps.
final class TieLeg implements MediaLeg, Inlet {

    /// Nobody is described to anybody.
    private static final SessionDescription NOTHING =
            new SessionDescription(
                    new SessionDescription.Origin("-", 0, 0, "localhost"),
                    "-",
                    Optional.empty(),
                    false,
                    List.of(),
                    List.of());

    /// Dynamic payload types begin here (RFC 3551 §6); one for each codec.
    private static final int FIRST_PAYLOAD_TYPE = 96;

    private final LoopKit kit;
    private final TieLine.Lane out;
    private final TieLine.Lane in;
    private final Runnable onClosed;
    private final LegEvents events;
    private final RtpSender stream;
    private final PacketBuffer buffer = new PacketBuffer();
    private final RtpPacket packet = new RtpPacket();
    private @Nullable MediaLeg facing;
    private AudioPath outlet = AudioPath.NONE;

    /// Time that went by in frames that found no room.
    private int lostTicks;

    private boolean closed;

    /// @param near whether this leg opened the line
    /// @param onClosed gives the line back
    TieLeg(LoopKit kit, TieLine line, boolean near, Runnable onClosed, LegEvents events) {
        this.kit = kit;
        this.out = line.out(near);
        this.in = line.in(near);
        this.onClosed = onClosed;
        this.events = events;
        this.stream =
                new RtpSender(
                        kit.random().nextInt(),
                        in.codec.rtpClockHz(),
                        kit.random().nextInt(),
                        kit.random().nextInt());
        in.reader = kit.loop();
        kit.loop().attend(this);
    }

    @Override
    public SessionDescription describe(Optional<SessionDescription> offer) {
        return NOTHING;
    }

    @Override
    public void accept(SessionDescription answer) {
        // Nothing was offered.
    }

    /// Who is joined to this leg from now on: what it speaks crosses as it is.
    @Override
    public void faces(MediaLeg other) {
        facing = other;
    }

    @Override
    public boolean isClocked() {
        return false;
    }

    @Override
    public AudioCodec sendCodec() {
        return facing == null ? out.codec : facing.receiveCodec();
    }

    @Override
    public boolean isSending() {
        return !closed && out.reader != null;
    }

    @Override
    public void send(byte[] payload, int offset, int length, int clockTicks, boolean talkStart) {
        AudioCodec codec = sendCodec();
        if (codec != out.codec) {
            out.codec = codec;
            lostTicks = 0;
        }
        TieLine.Frame frame = out.frames.claim();
        MediaLoop reader = out.reader;
        if (reader == null || frame == null || length > TieLine.Frame.MOST_BYTES) {
            kit.counters().increment(Counter.MEDIA_TIE_FULL);
            lostTicks += clockTicks;
            return;
        }
        frame.codec = codec;
        System.arraycopy(payload, offset, frame.payload, 0, length);
        frame.length = length;
        frame.clockTicks = clockTicks + lostTicks;
        frame.talkStart = talkStart;
        lostTicks = 0;
        out.frames.publish();
        reader.wake();
    }

    @Override
    public void onTurn(long nowNanos) {
        TieLine.Frame frame = in.frames.peek();
        while (frame != null) {
            AudioCodec codec = frame.codec;
            stream.clockRate(codec.rtpClockHz());
            stream.begin(
                    buffer,
                    FIRST_PAYLOAD_TYPE + codec.ordinal(),
                    frame.talkStart,
                    frame.clockTicks,
                    nowNanos);
            System.arraycopy(frame.payload, 0, buffer.bytes(), buffer.end(), frame.length);
            stream.end(buffer, frame.length);
            in.frames.release();
            if (packet.wrap(buffer) == RtpPacket.Validity.VALID) {
                outlet.onPacket(packet, codec, nowNanos);
            }
            frame = closed ? null : in.frames.peek();
        }
    }

    @Override
    public AudioCodec receiveCodec() {
        return in.codec;
    }

    @Override
    public int worthHz() {
        return Transcoder.WIDEBAND_HZ;
    }

    @Override
    public int levelOf(RtpPacket received) {
        return 0;
    }

    /// A digit crosses by the signalling of the two calls.
    @Override
    public void sendDigit(char digit, int durationMillis, boolean signallingTakesIt) {
        events.digitForSignalling(digit, durationMillis);
    }

    @Override
    public void outlet(AudioPath path) {
        outlet = path;
    }

    @Override
    public MediaSummary summary() {
        return MediaSummary.NONE;
    }

    @Override
    public void onDefect(RuntimeException defect) {
        events.defect(defect);
    }

    @Override
    public void close() {
        if (!closed) {
            closed = true;
            in.reader = null;
            kit.loop().leave(this);
            onClosed.run();
        }
    }
}
