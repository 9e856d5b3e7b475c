package offhook.rtp;

/// Lets the packets of a phone through to the browser at once, in the order of arrival: the
/// browser's own buffer does the waiting, and conceals what the gaps in sequence and timestamp tell
/// it. Across a new SSRC, sequence or timestamp line of the phone the outgoing line goes on, by the
/// time that passed in between. Owned by the media loop of its call.
public final class InOrder {

    /// What to do with a packet.
    public enum Passage {
        /// Send it on, with the steps given.
        FORWARD,
        /// Drop: older than one that was sent on.
        LATE,
        /// Drop: was sent on before.
        DUPLICATE,
        /// Drop: another source, not yet confirmed by its next packet.
        PROBATION
    }

    /// How far timestamps and clock may disagree about a gap until it is taken for a new line.
    private static final long DISAGREEMENT_NANOS = 500_000_000L;

    /// By how much the next packet's timestamp may be off without a pause: some phones count time
    /// and not samples.
    private static final int PARTS_OF_A_SECOND = 200;

    /// Sequence numbers left out at most; a longer gap is a pause.
    private static final int MOST_MISSING = 50;

    private int clockRateHz;
    private boolean otherClock;
    private final SourceTracker tracker = new SourceTracker();
    private boolean started;
    private long highest;
    private long window;
    private long lastTimestamp;
    private long lastNanos;
    private int lastDuration;
    private long step;
    private int missingPackets;
    private boolean talkStarts;
    private long forwardedCount;
    private long lateCount;
    private long duplicateCount;

    /// A gate for a stream whose timestamps have this rate.
    public InOrder(int clockRateHz) {
        this.clockRateHz = clockRateHz;
    }

    /// What comes from now on has timestamps of this rate; those of another are another line.
    public void clockRate(int newHz) {
        if (newHz != clockRateHz) {
            lastDuration = (int) ((long) lastDuration * newHz / clockRateHz);
            clockRateHz = newHz;
            otherClock = true;
        }
    }

    /// Looks at a packet that plays for `durationUnits`.
    public Passage offer(RtpPacket packet, int durationUnits, long arrivalNanos) {
        SourceTracker.Verdict verdict =
                tracker.accept(packet.ssrc(), packet.sequence(), arrivalNanos);
        if (verdict == SourceTracker.Verdict.PROBATION) {
            return Passage.PROBATION;
        }
        long number = tracker.sequence();
        long timestamp = packet.timestamp();
        if (!started) {
            begin();
        } else if (verdict == SourceTracker.Verdict.RESTARTED) {
            continueOnNewLine(arrivalNanos);
        } else if (number <= highest) {
            return behind(highest - number);
        } else if (otherClock) {
            continueOnNewLine(arrivalNanos);
        } else {
            advance(number, (int) (timestamp - lastTimestamp), arrivalNanos);
        }
        long ahead = number - highest;
        boolean sameLine = verdict == SourceTracker.Verdict.CONTINUES && ahead < Long.SIZE;
        window = sameLine ? (window << ahead) | 1 : 1;
        highest = number;
        lastTimestamp = timestamp;
        lastNanos = arrivalNanos;
        lastDuration = durationUnits;
        otherClock = false;
        forwardedCount++;
        return Passage.FORWARD;
    }

    /// Takes note of a packet of the same stream that is no audio, such as one of a digit: its
    /// number is not missing.
    public void pass(RtpPacket packet, long arrivalNanos) {
        if (started
                && tracker.accept(packet.ssrc(), packet.sequence(), arrivalNanos)
                        == SourceTracker.Verdict.CONTINUES
                && tracker.sequence() > highest) {
            long ahead = tracker.sequence() - highest;
            window = ahead < Long.SIZE ? (window << ahead) | 1 : 1;
            highest = tracker.sequence();
        }
    }

    private void begin() {
        started = true;
        step = 0;
        missingPackets = 0;
        talkStarts = true;
    }

    private Passage behind(long places) {
        boolean seen = places < Long.SIZE && ((window >>> places) & 1) != 0;
        if (seen) {
            duplicateCount++;
            return Passage.DUPLICATE;
        }
        if (places < Long.SIZE) {
            window |= 1L << places;
        }
        lateCount++;
        return Passage.LATE;
    }

    private void advance(long number, int timestampStep, long arrivalNanos) {
        long elapsed = arrivalNanos - lastNanos;
        long stepNanos = timestampStep * 1_000_000_000L / clockRateHz;
        if (timestampStep <= 0 || Math.abs(stepNanos - elapsed) > DISAGREEMENT_NANOS) {
            continueOnNewLine(arrivalNanos);
            return;
        }
        int gap = (int) (number - highest - 1);
        boolean follows =
                gap == 0 && timestampStep < lastDuration + clockRateHz / PARTS_OF_A_SECOND;
        step = follows ? lastDuration : timestampStep;
        missingPackets = gap <= MOST_MISSING ? gap : 0;
        talkStarts = (gap == 0 && !follows) || gap > MOST_MISSING;
    }

    /// The new line begins where the old one would be now, in whole packets and at least one after.
    private void continueOnNewLine(long arrivalNanos) {
        long elapsedUnits = (arrivalNanos - lastNanos) / 1000 * clockRateHz / 1_000_000;
        long packets = Math.max(1, (elapsedUnits + lastDuration / 2) / lastDuration);
        step = packets * lastDuration;
        missingPackets = 0;
        talkStarts = true;
    }

    /// Media time since the packet forwarded before, in units of the incoming clock: what the
    /// outgoing timestamp must advance by, scaled.
    public long timestampStep() {
        return step;
    }

    /// Packets missing before this one: what the outgoing sequence must skip.
    public int missing() {
        return missingPackets;
    }

    /// Whether this is the first packet after a pause or of a new source: the marker bit (RFC 3551
    /// §4.1).
    public boolean talkStart() {
        return talkStarts;
    }

    /// Packets sent on.
    public long forwarded() {
        return forwardedCount;
    }

    /// Packets dropped because a later one had been sent on.
    public long late() {
        return lateCount;
    }

    /// Copies dropped.
    public long duplicates() {
        return duplicateCount;
    }
}
