package offhook.rtp;

/// Extended reports of one leg (RFC 3611), both ways: what its peer asked for is sent, and what it
/// sends is read. Receiver reference times give a round trip also to a side that sends no media.
/// Owned by the media loop of its call.
public final class ExtendedReports {

    private static final int TYPE = 207;
    private static final int REFERENCE_TIME = 4;
    private static final int DELAY_SINCE_REFERENCE = 5;
    private static final int VOIP_METRICS = 7;
    private static final int HEADER_BYTES = 4;
    private static final int VERSION_2 = 0x80;

    /// Frames are collected for 20 ms, and those that come are passed on at once.
    private static final int END_SYSTEM_MILLIS = 20;

    /// Losses are concealed by whoever hears the packets, better than by silence; how it buffers
    /// them we do not know (RFC 3611 §4.7.6).
    private static final int ENHANCED_CONCEALMENT = 2 << 6;

    private static final int MOST_MILLIS = 0xffff;

    private final boolean metricsWanted;
    private final boolean referenceTimesWanted;
    private final VoipMetrics ours = new VoipMetrics();
    private final VoipMetrics theirs = new VoipMetrics();
    private boolean anyOfTheirs;
    private int reference;
    private int referenceSsrc;
    private long referenceNanos;

    /// @param metricsWanted whether the peer wants VoIP metrics
    /// @param referenceTimesWanted whether it wants receiver reference times
    public ExtendedReports(boolean metricsWanted, boolean referenceTimesWanted) {
        this.metricsWanted = metricsWanted;
        this.referenceTimesWanted = referenceTimesWanted;
        ours.configuration = ENHANCED_CONCEALMENT;
        ours.endSystemMillis = END_SYSTEM_MILLIS;
    }

    /// What we say next of how the peer sounds; whoever judges it fills in its opinion.
    public VoipMetrics ours() {
        return ours;
    }

    /// What the peer said last of how we sound; meaningless before [#anyOfTheirs].
    public VoipMetrics theirs() {
        return theirs;
    }

    /// Whether the peer has sent metrics of what we send.
    public boolean anyOfTheirs() {
        return anyOfTheirs;
    }

    /// Writes our part of a compound packet.
    ///
    /// @param known the latest round trip, or -1
    /// @return where it ends
    int write(
            byte[] b,
            int start,
            int ssrc,
            ReceiverStats receiver,
            long known,
            long ntp,
            long nowNanos) {
        int at = start + 2 * HEADER_BYTES;
        if (referenceTimesWanted) {
            at = block(b, at, REFERENCE_TIME, 8);
            Wire.put64(b, at, ntp);
            at += 8;
        }
        if (reference != 0) {
            at = block(b, at, DELAY_SINCE_REFERENCE, 12);
            Wire.put32(b, at, referenceSsrc);
            Wire.put32(b, at + 4, reference);
            Wire.put32(b, at + 8, (int) NtpTime.shortUnitsOf(nowNanos - referenceNanos));
            at += 12;
        }
        if (metricsWanted && receiver.received() > 0) {
            at = block(b, at, VOIP_METRICS, VoipMetrics.LENGTH_BYTES);
            fill(receiver, known);
            ours.write(b, at);
            at += VoipMetrics.LENGTH_BYTES;
        }
        if (at == start + 2 * HEADER_BYTES) {
            return start;
        }
        b[start] = (byte) VERSION_2;
        b[start + 1] = (byte) TYPE;
        Wire.put16(b, start + 2, (at - start) / 4 - 1);
        Wire.put32(b, start + 4, ssrc);
        return at;
    }

    private void fill(ReceiverStats receiver, long roundTrip) {
        LossBursts bursts = receiver.bursts();
        ours.ssrc = receiver.ssrc();
        ours.lossRate = LossBursts.fraction(receiver.lost(), receiver.expected());
        ours.burstDensity = bursts.burstDensity();
        ours.gapDensity = bursts.gapDensity();
        ours.burstMillis = millis(bursts.burstLength() * receiver.packetMillis());
        ours.gapMillis = millis(bursts.gapLength() * receiver.packetMillis());
        ours.roundTripMillis = roundTrip < 0 ? 0 : millis(roundTrip / 1e6);
    }

    private static int millis(double value) {
        return Math.clamp(Math.round(value), 0, MOST_MILLIS);
    }

    private static int block(byte[] b, int at, int type, int lengthBytes) {
        b[at] = (byte) type;
        b[at + 1] = 0;
        Wire.put16(b, at + 2, lengthBytes / 4);
        return at + HEADER_BYTES;
    }

    /// Reads an extended report of the peer, bounded by its part of the packet. What is cut short,
    /// of another kind or about somebody else is skipped.
    ///
    /// @param ourSsrc whom the peer's metrics must be about
    /// @param ntp the NTP time of arrival
    /// @return the round trip that an answer to a reference time of ours shows, or -1
    public long read(RtcpPacket part, int ourSsrc, long ntp, long nowNanos) {
        long roundTripNanos = -1;
        byte[] b = part.bytes();
        int end = part.partEnd();
        int at = part.partStart() + 2 * HEADER_BYTES;
        while (end - at >= HEADER_BYTES) {
            int length = 4 * Wire.u16(b, at + 2);
            int body = at + HEADER_BYTES;
            if (length > end - body) {
                break;
            }
            switch (b[at] & 0xff) {
                case REFERENCE_TIME -> onReferenceTime(b, body, length, part.ssrc(), nowNanos);
                case DELAY_SINCE_REFERENCE ->
                        roundTripNanos =
                                Math.max(roundTripNanos, onDelays(b, body, length, ourSsrc, ntp));
                case VOIP_METRICS -> onMetrics(b, body, length, ourSsrc);
                default -> {
                    // Of no use to us.
                }
            }
            at = body + length;
        }
        return roundTripNanos;
    }

    private void onReferenceTime(byte[] b, int at, int length, int ssrc, long nowNanos) {
        if (length >= 8) {
            reference = NtpTime.middle(Wire.i64(b, at));
            referenceSsrc = ssrc;
            referenceNanos = nowNanos;
        }
    }

    private static long onDelays(byte[] b, int start, int length, int ourSsrc, long ntp) {
        for (int at = start; at + 12 <= start + length; at += 12) {
            if (Wire.i32(b, at) == ourSsrc) {
                return ReportBlock.roundTripNanos(ntp, Wire.i32(b, at + 4), Wire.i32(b, at + 8));
            }
        }
        return -1;
    }

    private void onMetrics(byte[] b, int at, int length, int ourSsrc) {
        if (length >= VoipMetrics.LENGTH_BYTES && Wire.i32(b, at) == ourSsrc) {
            theirs.read(b, at);
            anyOfTheirs = true;
        }
    }
}
