package offhook.e2e.web;

import java.util.ArrayList;
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
    private final FrameLoop loop;
    private final int payloadType;
    private final List<Sent> log = new ArrayList<>();
    private int sequence = ThreadLocalRandom.current().nextInt(0x8000);
    private int timestamp = ThreadLocalRandom.current().nextInt();
    private int frame;
    private boolean marker = true;
    private boolean recording;
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

    /// Writes the next packet.
    ///
    /// @return its length; 0 when this frame is left out
    public int next(byte[] out, long nowNanos) {
        byte[] payload = loop.payloads().get(frame);
        if (recording) {
            log.add(new Sent(nowNanos, frame));
        }
        frame = frame + 1 == loop.payloads().size() ? 0 : frame + 1;
        int at = timestamp;
        timestamp += loop.frameTicks();
        if (payload.length == 0) {
            marker = true;
            return 0;
        }
        out[0] = (byte) 0x80;
        out[1] = (byte) (payloadType | (marker ? 0x80 : 0));
        out[2] = (byte) (sequence >> 8);
        out[3] = (byte) sequence;
        put(out, 4, at);
        put(out, 8, ssrc);
        System.arraycopy(payload, 0, out, HEADER_BYTES, payload.length);
        sequence++;
        packets++;
        marker = false;
        return HEADER_BYTES + payload.length;
    }

    private static void put(byte[] out, int at, int value) {
        out[at] = (byte) (value >> 24);
        out[at + 1] = (byte) (value >> 16);
        out[at + 2] = (byte) (value >> 8);
        out[at + 3] = (byte) value;
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
