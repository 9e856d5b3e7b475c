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

    private static final int REPORT_BYTES = 32;

    private final List<Heard> kept = new ArrayList<>();
    private boolean recording;
    private long packets;
    private long firstSequence = -1;
    private long highestSequence;
    private int ssrc;
    private long lostOfOthers;
    private long packetsOfSource;
    private Count reported = new Count(0, 0);

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

    /// Writes a receiver report of what came since the last one (RFC 3550 §6.4.2).
    ///
    /// @param own who reports
    /// @return its length; 0 when nothing ever came
    int report(byte[] out, int own) {
        if (firstSequence < 0) {
            return 0;
        }
        Count now = count();
        long lost = Math.max(0, now.lost - reported.lost);
        long expected = now.packets - reported.packets + lost;
        long fraction = expected <= 0 ? 0 : Math.min(255, 256 * lost / expected);
        reported = now;
        ByteBuffer.wrap(out)
                .put((byte) 0x81)
                .put((byte) 201)
                .putShort((short) 7)
                .putInt(own)
                .putInt(ssrc)
                .putInt((int) (fraction << 24 | Math.min(now.lost, 0x7F_FFFF)))
                .putInt((int) highestSequence)
                .putInt(0) // jitter, and below that no report of the other side is answered
                .putInt(0)
                .putInt(0);
        return REPORT_BYTES;
    }

    public boolean isRecording() {
        return recording;
    }

    /// Whether to keep packets from now on.
    public void record(boolean on) {
        recording = on;
    }

    /// How many packets were kept.
    public int kept() {
        return kept.size();
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
