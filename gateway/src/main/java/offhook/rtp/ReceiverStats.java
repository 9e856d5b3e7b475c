package offhook.rtp;

/// Counts what arrived of one stream and what did not (RFC 3550 A.1, A.3, A.8), over the call's
/// life: when the peer changes its SSRC or begins its sequence anew, the figures of the old source
/// stay and those of the new are added, and the jump itself is not counted as loss.
public final class ReceiverStats {

    private static final long LONGEST_PACKET_MILLIS = 120;
    private static final double USUAL_PACKET_MILLIS = 20;

    /// What a packet was to the statistics.
    public enum Arrival {
        /// The highest sequence number so far.
        NEW,
        /// A number older than the highest.
        REORDERED,
        /// A number that was here before.
        DUPLICATE,
        /// From another source or far from the sequence; not counted until the next one confirms
        /// it.
        PROBATION,
        /// The first of a source, or the second of one that was on probation.
        RESTARTED
    }

    private int clockRateHz;
    private boolean otherClock;
    private final SourceTracker tracker = new SourceTracker();
    private final TimestampUnwrapper timestamps = new TimestampUnwrapper();
    private final SeenNumbers numbers = new SeenNumbers();

    private boolean started;
    private long first;
    private long highest;
    private long seen;
    private long earlierExpected;
    private long earlierReceived;

    private long octetCount;
    private long reorderedCount;
    private long duplicateCount;
    private long restartCount;
    private final LossBursts bursts = new LossBursts();
    private int packetUnits;
    private long lastMediaTime;
    private long lastTransit;
    private long jitterTimes16;

    private long reportedExpected;
    private long reportedReceived;
    private int senderReport;
    private long senderReportNanos;

    /// Statistics of a stream with timestamps of this rate.
    public ReceiverStats(int clockRateHz) {
        this.clockRateHz = clockRateHz;
    }

    /// The timestamps of what comes from now on have this rate, as when the peer changes its codec.
    public void clockRate(int newHz) {
        if (newHz != clockRateHz) {
            jitterTimes16 = jitterTimes16 * newHz / clockRateHz;
            clockRateHz = newHz;
            otherClock = true;
        }
    }

    /// Takes in a packet that arrived at `arrivalNanos`.
    public Arrival onPacket(RtpPacket packet, long arrivalNanos) {
        Arrival arrival =
                onPacket(packet.ssrc(), packet.sequence(), packet.timestamp(), arrivalNanos);
        if (arrival != Arrival.DUPLICATE && arrival != Arrival.PROBATION) {
            octetCount += packet.payloadLength();
        }
        return arrival;
    }

    /// Takes in a packet by its numbers.
    public Arrival onPacket(int ssrc, int sequence, long timestamp, long arrivalNanos) {
        SourceTracker.Verdict verdict = tracker.accept(ssrc, sequence, arrivalNanos);
        if (verdict == SourceTracker.Verdict.PROBATION) {
            return Arrival.PROBATION;
        }
        long number = tracker.sequence();
        long mediaTime;
        if (verdict == SourceTracker.Verdict.RESTARTED) {
            restart(number);
            mediaTime = timestamps.unwrap(timestamp);
            lastTransit = transit(mediaTime, arrivalNanos);
            return Arrival.RESTARTED;
        }
        boolean next = number == highest + 1;
        Arrival arrival = place(number);
        if (arrival != Arrival.DUPLICATE) {
            mediaTime = timestamps.unwrap(timestamp);
            measurePacket(mediaTime, next);
            jitter(transit(mediaTime, arrivalNanos));
        }
        return arrival;
    }

    /// From one packet to the next, unless a pause or an event lies between.
    private void measurePacket(long mediaTime, boolean next) {
        long step = mediaTime - lastMediaTime;
        lastMediaTime = mediaTime;
        if (next && step > 0 && step * 1000 <= LONGEST_PACKET_MILLIS * clockRateHz) {
            packetUnits = (int) step;
        }
    }

    private void restart(long number) {
        if (started) {
            earlierExpected += expectedOfSource();
            earlierReceived += seen;
            restartCount++;
        }
        started = true;
        first = number;
        highest = number;
        seen = 1;
        numbers.clear();
        numbers.add(number);
        timestamps.reset();
    }

    private Arrival place(long number) {
        if (numbers.contains(number)) {
            duplicateCount++;
            return Arrival.DUPLICATE;
        }
        numbers.add(number);
        seen++;
        if (number > highest) {
            if (number > highest + 1) {
                bursts.lost(number - highest - 1);
            }
            bursts.received();
            highest = number;
            return Arrival.NEW;
        }
        first = Math.min(first, number);
        reorderedCount++;
        return Arrival.REORDERED;
    }

    private long transit(long mediaTime, long arrivalNanos) {
        return arrivalNanos / 1000 * clockRateHz / 1_000_000 - mediaTime;
    }

    private void jitter(long transit) {
        long difference = Math.abs(transit - lastTransit);
        lastTransit = transit;
        // A second is no jitter but a timestamp line that was begun anew.
        if (difference < clockRateHz && !otherClock) {
            jitterTimes16 += difference - ((jitterTimes16 + 8) >> 4);
        }
        otherClock = false;
    }

    private long expectedOfSource() {
        return started ? highest - first + 1 : 0;
    }

    /// Notes a sender report of the peer, for LSR and DLSR (RFC 3550 §6.4.1).
    public void onSenderReport(long ntpTimestamp, long arrivalNanos) {
        senderReport = NtpTime.middle(ntpTimestamp);
        senderReportNanos = arrivalNanos;
    }

    /// Fills a report block about the time since the one before; false if nothing ever arrived.
    public boolean report(ReportBlock into, long nowNanos) {
        if (!started) {
            return false;
        }
        long expectedNow = expected();
        long receivedNow = received();
        long expectedSince = expectedNow - reportedExpected;
        long lostSince = expectedSince - (receivedNow - reportedReceived);
        reportedExpected = expectedNow;
        reportedReceived = receivedNow;

        into.ssrc = tracker.ssrc();
        into.fractionLost =
                expectedSince <= 0 || lostSince <= 0
                        ? 0
                        : (int) Math.min(255, (lostSince << 8) / expectedSince);
        into.cumulativeLost = Math.clamp(expectedNow - receivedNow, -0x80_0000, 0x7f_ffff);
        into.extendedHighestSequence = highest & 0xffff_ffffL;
        into.jitter = jitterTimes16 >> 4;
        into.lastSenderReport = senderReport;
        into.delaySinceLastSenderReport =
                senderReport == 0 ? 0 : NtpTime.shortUnitsOf(nowNanos - senderReportNanos);
        return true;
    }

    /// Packets that should have come.
    public long expected() {
        return earlierExpected + expectedOfSource();
    }

    /// Packets that came, copies not counted.
    public long received() {
        return earlierReceived + seen;
    }

    /// Octets of their payloads.
    public long octets() {
        return octetCount;
    }

    /// Packets that did not come, so far.
    public long lost() {
        return Math.max(0, expected() - received());
    }

    /// Packets that came after a later one.
    public long reordered() {
        return reorderedCount;
    }

    /// Copies of packets that came before.
    public long duplicates() {
        return duplicateCount;
    }

    /// Which losses came together.
    LossBursts bursts() {
        return bursts;
    }

    /// How long a packet of the peer plays, as far as is known.
    double packetMillis() {
        return packetUnits == 0 ? USUAL_PACKET_MILLIS : packetUnits * 1000.0 / clockRateHz;
    }

    /// Times that the peer changed its SSRC or its sequence.
    public long restarts() {
        return restartCount;
    }

    /// Packets that no second one confirmed.
    public long unconfirmed() {
        return tracker.unconfirmed();
    }

    /// Interarrival jitter in units of the RTP clock (RFC 3550 A.8).
    public long jitterUnits() {
        return jitterTimes16 >> 4;
    }

    /// Interarrival jitter in milliseconds.
    public double jitterMillis() {
        return jitterTimes16 / 16.0 * 1000 / clockRateHz;
    }

    /// Whom the figures are of at present; 0 before the first packet.
    public int ssrc() {
        return tracker.ssrc();
    }
}
