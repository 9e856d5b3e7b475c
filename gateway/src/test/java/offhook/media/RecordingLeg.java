package offhook.media;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import offhook.call.MediaSummary;
import offhook.codec.AudioCodec;
import offhook.rtp.RtpPacket;
import offhook.sdp.SessionDescription;

/// A leg that keeps what is sent on it.
final class RecordingLeg implements MediaLeg {

    /// One frame as it was sent.
    record Sent(
            AudioCodec codec, byte[] payload, int clockTicks, boolean talkStart, long atNanos) {}

    final List<Sent> sent = new ArrayList<>();
    private final boolean clocked;
    boolean sending = true;
    int level;
    AudioCodec codec;
    long nowNanos;
    int expectedLoss;
    Runnable onSent = () -> {};
    Consumer<RuntimeException> onDefect =
            defect -> {
                throw defect;
            };
    AudioHook heard = AudioHook.NONE;
    AudioHook outgoing = AudioHook.NONE;

    RecordingLeg(AudioCodec codec, boolean clocked) {
        this.codec = codec;
        this.clocked = clocked;
    }

    @Override
    public void send(byte[] payload, int offset, int length, int clockTicks, boolean talkStart) {
        byte[] copy = new byte[length];
        System.arraycopy(payload, offset, copy, 0, length);
        sent.add(new Sent(codec, copy, clockTicks, talkStart, nowNanos));
        onSent.run();
    }

    @Override
    public SessionDescription describe(Optional<SessionDescription> offer) {
        throw new IllegalStateException("not asked for in these tests");
    }

    @Override
    public void accept(SessionDescription answer) {
        throw new IllegalStateException("not asked for in these tests");
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
        return level;
    }

    @Override
    public int expectedLossPercent() {
        return expectedLoss;
    }

    @Override
    public boolean isSending() {
        return sending;
    }

    @Override
    public void sendDigit(char digit, int durationMillis, boolean signallingTakesIt) {
        throw new IllegalStateException("not asked for in these tests");
    }

    @Override
    public AudioHook heard() {
        return heard;
    }

    @Override
    public AudioHook outgoing() {
        return outgoing;
    }

    @Override
    public void outlet(AudioPath path) {
        throw new IllegalStateException("not asked for in these tests");
    }

    @Override
    public void onDefect(RuntimeException defect) {
        onDefect.accept(defect);
    }

    @Override
    public MediaSummary summary() {
        return MediaSummary.NONE;
    }

    @Override
    public void close() {
        throw new IllegalStateException("not asked for in these tests");
    }
}
