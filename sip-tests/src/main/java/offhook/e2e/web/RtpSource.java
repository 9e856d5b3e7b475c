package offhook.e2e.web;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;

/// Sends a loop as RTP packets (RFC 3550 §5.1). On the thread of its endpoint.
public final class RtpSource {
    static final int HEADER_BYTES = 12;

    /// A packet that was sent.
    ///
    /// @param frame its place in the loop
    public record Sent(long atNanos, int frame) {}

    private final int ssrc = ThreadLocalRandom.current().nextInt();
    private final List<Sent> log = new ArrayList<>();
    private FrameLoop loop;
    private int payloadType;
    private int sequence = ThreadLocalRandom.current().nextInt(0x8000);
    private int timestamp = ThreadLocalRandom.current().nextInt();
    private int frame;
    private boolean marker = true;
    private final Deque<Key> keys = new ArrayDeque<>();
    private int keyFrame;
    private boolean recording;
    private boolean muted;
    private long packets;

    /// @param firstFrame where in the loop it begins
    public RtpSource(FrameLoop loop, int payloadType, int firstFrame) {
        this.loop = loop;
        this.payloadType = payloadType;
        this.frame = firstFrame % loop.payloads().size();
    }

    public int ssrc() {
        return ssrc;
    }

    public long packets() {
        return packets;
    }

    /// A key as events in place of audio (RFC 4733 §2.5.1).
    ///
    /// @param frames packets of 20 ms; the last one is sent thrice
    private record Key(int event, int payloadType, int frames) {}

    /// Presses a key for so many frames, after those before it; audio goes on between for 60 ms.
    public void press(int event, int eventPayloadType, int frames) {
        keys.add(new Key(event, eventPayloadType, frames));
    }

    private int event(Key key, byte[] out) {
        int sent = Math.min(keyFrame + 1, key.frames);
        boolean end = sent == key.frames;
        header(out, key.payloadType, keyFrame == 0, timestamp - keyFrame * loop.frameTicks());
        out[HEADER_BYTES] = (byte) key.event;
        out[HEADER_BYTES + 1] = (byte) (10 | (end ? 0x80 : 0));
        out[HEADER_BYTES + 2] = (byte) ((sent * loop.frameTicks()) >> 8);
        out[HEADER_BYTES + 3] = (byte) (sent * loop.frameTicks());
        timestamp += loop.frameTicks();
        keyFrame++;
        if (keyFrame == key.frames + 2) {
            keys.poll();
            keyFrame = -3;
        }
        return HEADER_BYTES + 4;
    }

    /// Writes the next packet.
    ///
    /// @return its length; 0 when this frame is left out
    public int next(byte[] out, long nowNanos) {
        Key key = keys.peek();
        if (key != null && keyFrame >= 0) {
            return event(key, out);
        }
        keyFrame = Math.min(0, keyFrame + 1);
        byte[] payload = loop.payloads().get(frame);
        if (recording) {
            log.add(new Sent(nowNanos, frame));
        }
        frame = frame + 1 == loop.payloads().size() ? 0 : frame + 1;
        int at = timestamp;
        timestamp += loop.frameTicks();
        if (payload.length == 0 || muted) {
            marker = true;
            return 0;
        }
        header(out, payloadType, marker, at);
        System.arraycopy(payload, 0, out, HEADER_BYTES, payload.length);
        marker = false;
        return HEADER_BYTES + payload.length;
    }

    private void header(byte[] out, int type, boolean mark, int at) {
        out[0] = (byte) 0x80;
        out[1] = (byte) (type | (mark ? 0x80 : 0));
        out[2] = (byte) (sequence >> 8);
        out[3] = (byte) sequence;
        put(out, 4, at);
        put(out, 8, ssrc);
        sequence++;
        packets++;
    }

    private static void put(byte[] out, int at, int value) {
        out[at] = (byte) (value >> 24);
        out[at + 1] = (byte) (value >> 16);
        out[at + 2] = (byte) (value >> 8);
        out[at + 3] = (byte) value;
    }

    /// Keeps its clock but sends no audio, as a sender with DTX does while nobody speaks.
    public void mute(boolean on) {
        muted = on;
    }

    /// Goes on with another sound and its codec; of another clock, the timestamps go on from there.
    public void say(FrameLoop other, int otherPayloadType) {
        loop = other;
        payloadType = otherPayloadType;
        frame = 0;
        marker = true;
    }

    /// Whether to remember what was sent from now on.
    public void record(boolean on) {
        recording = on;
    }

    /// What was sent while recording.
    public List<Sent> sent() {
        return List.copyOf(log);
    }
}
