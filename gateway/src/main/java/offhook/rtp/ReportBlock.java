package offhook.rtp;

/// What one side says about the packets of the other (RFC 3550 §6.4.1). Reused, filled by
/// [ReceiverStats] or [RtcpPacket].
public final class ReportBlock {

    /// Bytes of a block on the wire.
    public static final int LENGTH_BYTES = 24;

    private static final int LOST_MAX = 0x7f_ffff;

    int ssrc;
    int fractionLost;
    int cumulativeLost;
    long extendedHighestSequence;
    long jitter;
    int lastSenderReport;
    long delaySinceLastSenderReport;

    /// Whose packets the block is about.
    public int ssrc() {
        return ssrc;
    }

    /// The loss since the report before, in 1/256.
    public int fractionLost() {
        return fractionLost;
    }

    /// Packets lost in all; negative when there were more duplicates than losses.
    public int cumulativeLost() {
        return cumulativeLost;
    }

    /// Cycles of the sequence in the upper 16 bits, the highest number in the lower.
    public long extendedHighestSequence() {
        return extendedHighestSequence;
    }

    /// Interarrival jitter in units of the RTP clock.
    public long jitter() {
        return jitter;
    }

    /// The middle 32 bits of the last sender report's NTP timestamp; 0 for none.
    public int lastSenderReport() {
        return lastSenderReport;
    }

    /// The delay since that report in 1/65536 s.
    public long delaySinceLastSenderReport() {
        return delaySinceLastSenderReport;
    }

    /// The round trip that the block shows, given the NTP time of its arrival (RFC 3550 §6.4.1), or
    /// -1 where it shows none that is possible: no report of ours, or more than 60 s.
    public long roundTripNanos(long arrivalNtp) {
        return roundTripNanos(arrivalNtp, lastSenderReport, (int) delaySinceLastSenderReport);
    }

    /// The same of any time of ours that came back with the delay since, in 1/65536 s.
    static long roundTripNanos(long arrivalNtp, int ourTime, int delaySince) {
        if (ourTime == 0) {
            return -1;
        }
        int units = NtpTime.middle(arrivalNtp) - ourTime - delaySince;
        // Clocks of 1/65536 s round; a little below nothing is nothing.
        if (units < -2 || units > 60 << 16) {
            return -1;
        }
        return NtpTime.nanosOf(Math.max(units, 0));
    }

    void read(byte[] b, int at) {
        ssrc = Wire.i32(b, at);
        fractionLost = b[at + 4] & 0xff;
        cumulativeLost = (Wire.i32(b, at + 4) << 8) >> 8;
        extendedHighestSequence = Wire.u32(b, at + 8);
        jitter = Wire.u32(b, at + 12);
        lastSenderReport = Wire.i32(b, at + 16);
        delaySinceLastSenderReport = Wire.u32(b, at + 20);
    }

    void write(byte[] b, int at) {
        Wire.put32(b, at, ssrc);
        int lost = Math.clamp(cumulativeLost, -LOST_MAX - 1, LOST_MAX);
        Wire.put32(b, at + 4, (fractionLost << 24) | (lost & 0xff_ffff));
        Wire.put32(b, at + 8, (int) extendedHighestSequence);
        Wire.put32(b, at + 12, (int) jitter);
        Wire.put32(b, at + 16, lastSenderReport);
        Wire.put32(b, at + 20, (int) delaySinceLastSenderReport);
    }
}
