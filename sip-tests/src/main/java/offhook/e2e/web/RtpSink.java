package offhook.e2e.web;

import java.nio.ByteBuffer;
import java.util.ArrayList;
import java.util.List;
import offhook.e2e.phone.Heard;
import offhook.e2e.phone.RtpAudio;

/// Counts the RTP packets of one source, and keeps them where asked to. On the thread of its
/// endpoint.
public final class RtpSink {

    /// What was received (RFC 3550 §A.3).
    ///
    /// @param lost numbers that are missing below the highest
    public record Count(long packets, long lost) {
        public Count minus(Count before) {
            return new Count(packets - before.packets, lost - before.lost);
        }
    }

    private final List<Heard> kept = new ArrayList<>();
    private boolean recording;
    private long packets;
    private long firstSequence = -1;
    private long highestSequence;
    private int ssrc;
    private long lostOfOthers;
    private long packetsOfSource;

    /// Takes a packet.
    ///
    /// @param packet header in the clear, payload only looked at when recording
    public void onPacket(ByteBuffer packet, long nowNanos) {
        int sequence = packet.getShort(2) & 0xFFFF;
        packets++;
        if (firstSequence < 0 || packet.getInt(8) != ssrc) {
            lostOfOthers = firstSequence < 0 ? 0 : count().lost();
            ssrc = packet.getInt(8);
            firstSequence = sequence;
            highestSequence = sequence;
            packetsOfSource = 0;
        }
        packetsOfSource++;
        highestSequence += Math.max(0, (short) (sequence - highestSequence));
        if (recording) {
            kept.add(RtpAudio.parse(nowNanos, packet));
        }
    }

    public Count count() {
        long missing =
                firstSequence < 0 ? 0 : highestSequence - firstSequence + 1 - packetsOfSource;
        return new Count(packets, lostOfOthers + Math.max(0, missing));
    }

    public boolean isRecording() {
        return recording;
    }

    /// Whether to keep packets from now on.
    public void record(boolean on) {
        recording = on;
    }

    /// What was kept.
    public List<Heard> heard() {
        return List.copyOf(kept);
    }

    /// Forgets what was kept.
    public void forget() {
        kept.clear();
    }
}
