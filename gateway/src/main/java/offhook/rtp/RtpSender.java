package offhook.rtp;

import offhook.net.PacketBuffer;

/// One RTP stream that we send (RFC 3550 §5.1): our SSRC, our sequence, our timestamps, continuous
/// for the call's whole life whatever the other leg does. Counts what a sender report needs.
///
/// The timestamp line is a media clock that each packet moves on by its step, the units since the
/// packet before, whatever these units are at the time; it starts at a random value, and so does
/// the sequence (RFC 3550 §5.1).
public final class RtpSender {

    private final int ssrc;
    private int clockRateHz;
    private int sequence;
    private long mediaClock;
    private long headerTimestamp;
    private long clockNanos;
    private long packets;
    private long octets;
    private boolean sent;

    /// A stream whose first packet has the sequence and timestamp given, which should be random.
    public RtpSender(int ssrc, int clockRateHz, int firstSequence, int firstTimestamp) {
        this.ssrc = ssrc;
        this.clockRateHz = clockRateHz;
        this.sequence = firstSequence & 0xffff;
        this.mediaClock = firstTimestamp & 0xffff_ffffL;
    }

    /// Empties the buffer and writes the next packet's header into it. The caller writes the
    /// payload at `packet.end()` and calls [#end]. `timestampStep` is the media time since the
    /// packet before; the first packet has none.
    public void begin(
            PacketBuffer packet,
            int payloadType,
            boolean marker,
            long timestampStep,
            long nowNanos) {
        packet.clear();
        packet.range(packet.offset(), RtpPacket.HEADER_BYTES);
        step(timestampStep, nowNanos);
        headerTimestamp = mediaClock;
        header(packet, payloadType, marker);
    }

    /// As [#begin], with the header timestamp of the packet before, while the media clock goes on
    /// underneath by the step: the packets of one telephone event (RFC 4733 §2.5.1).
    public void beginSameTimestamp(
            PacketBuffer packet, int payloadType, long timestampStep, long nowNanos) {
        packet.clear();
        packet.range(packet.offset(), RtpPacket.HEADER_BYTES);
        step(timestampStep, nowNanos);
        header(packet, payloadType, false);
    }

    /// As [#beginSameTimestamp], with a header timestamp that is `segmentUnits` later: the next
    /// segment of a long telephone event (RFC 4733 §2.5.1.3).
    public void beginSegment(
            PacketBuffer packet,
            int payloadType,
            long timestampStep,
            int segmentUnits,
            long nowNanos) {
        headerTimestamp = (headerTimestamp + segmentUnits) & 0xffff_ffffL;
        beginSameTimestamp(packet, payloadType, timestampStep, nowNanos);
    }

    /// Takes the payload that was written behind the header into the packet, and counts it.
    public void end(PacketBuffer packet, int payloadBytes) {
        packet.length(packet.length() + payloadBytes);
        count(payloadBytes);
    }

    /// Goes over to another clock: from the next packet on, steps count in its units. The timestamp
    /// line goes on from where it is (RFC 7160 §3.2.1, monotonic timestamps).
    public void clockRate(int newClockRateHz) {
        clockRateHz = newClockRateHz;
    }

    private void step(long timestampStep, long nowNanos) {
        if (sent) {
            mediaClock = (mediaClock + timestampStep) & 0xffff_ffffL;
        }
        clockNanos = nowNanos;
    }

    private void header(PacketBuffer packet, int payloadType, boolean marker) {
        RtpPacket.writeHeader(
                packet.bytes(),
                packet.offset(),
                payloadType,
                marker,
                sequence,
                headerTimestamp,
                ssrc);
        sequence = (sequence + 1) & 0xffff;
    }

    private void count(int payloadBytes) {
        sent = true;
        packets++;
        octets += payloadBytes;
    }

    /// What the media clock shows at a moment, for the RTP timestamp of a sender report (RFC 3550
    /// §6.4.1): the same moment as its NTP timestamp.
    public long timestampAt(long nowNanos) {
        // Microseconds, so that the product stays within 64 bits for years.
        long units = (nowNanos - clockNanos) / 1000 * clockRateHz / 1_000_000;
        return (mediaClock + units) & 0xffff_ffffL;
    }

    /// Our synchronisation source.
    public int ssrc() {
        return ssrc;
    }

    /// The units of a second of its timestamps.
    public int clockRateHz() {
        return clockRateHz;
    }

    /// The timestamp of the packet before.
    public long lastTimestamp() {
        return headerTimestamp;
    }

    /// Packets sent.
    public long packets() {
        return packets;
    }

    /// Payload octets sent.
    public long octets() {
        return octets;
    }
}
