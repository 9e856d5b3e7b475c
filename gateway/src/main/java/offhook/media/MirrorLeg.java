package offhook.media;

import java.util.Optional;
import offhook.call.MediaSummary;
import offhook.codec.AudioCodec;
import offhook.net.PacketBuffer;
import offhook.rtp.RtpPacket;
import offhook.rtp.RtpSender;
import offhook.sdp.SessionDescription;

/// A leg whose peer says back what it hears, for [Rehearsal].
final class MirrorLeg implements MediaLeg {

    private static final int PAYLOAD_TYPE = 96;

    final AudioCodec codec;
    final boolean clocked;
    final PacketBuffer buffer = new PacketBuffer();
    final RtpPacket packet = new RtpPacket();
    final RtpSender stream;
    AudioPath outlet = AudioPath.NONE;
    long nowNanos;
    long sent;

    MirrorLeg(AudioCodec codec, boolean clocked) {
        this.codec = codec;
        this.clocked = clocked;
        this.stream = new RtpSender(1, codec.rtpClockHz(), 0, 0);
    }

    void receive(byte[] payload, int length) {
        boolean bytesCount = Frames.hasBytesPerMilli(codec);
        pack(
                payload,
                0,
                length,
                bytesCount ? length : MediaClock.rtp(MediaClock.FRAME, codec),
                false);
        outlet.onPacket(packet, codec, nowNanos);
    }

    private void pack(byte[] payload, int offset, int length, int clockTicks, boolean mark) {
        stream.begin(buffer, PAYLOAD_TYPE, mark, clockTicks, nowNanos);
        System.arraycopy(payload, offset, buffer.bytes(), buffer.end(), length);
        stream.end(buffer, length);
        if (packet.wrap(buffer) != RtpPacket.Validity.VALID) {
            throw new IllegalStateException("our own packet is not valid");
        }
    }

    @Override
    public void send(byte[] payload, int offset, int length, int clockTicks, boolean talkStart) {
        sent++;
        if (!clocked) {
            pack(payload, offset, length, clockTicks, talkStart);
            outlet.onPacket(packet, codec, nowNanos);
        }
    }

    @Override
    public SessionDescription describe(Optional<SessionDescription> offer) {
        throw new IllegalStateException("a rehearsal has no signalling");
    }

    @Override
    public void accept(SessionDescription answer) {
        throw new IllegalStateException("a rehearsal has no signalling");
    }

    @Override
    public boolean isClocked() {
        return clocked;
    }

    @Override
    public AudioCodec sendCodec() {
        return codec;
    }

    @Override
    public AudioCodec receiveCodec() {
        return codec;
    }

    @Override
    public int worthHz() {
        return codec.sampleRateHz();
    }

    @Override
    public int levelOf(RtpPacket received) {
        return 0;
    }

    @Override
    public boolean isSending() {
        return true;
    }

    @Override
    public void sendDigit(char digit, int durationMillis, boolean signallingTakesIt) {
        // A rehearsal has no digits.
    }

    @Override
    public void outlet(AudioPath path) {
        outlet = path;
    }

    @Override
    public void onDefect(RuntimeException defect) {
        throw defect;
    }

    @Override
    public MediaSummary summary() {
        return MediaSummary.NONE;
    }

    @Override
    public void close() {
        // Holds nothing.
    }
}
