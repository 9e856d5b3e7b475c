package offhook.rtp;

import offhook.codec.telephony.TelephoneEvent;

/// Reads telephone events (RFC 4733 §2.5): one digit for all packets of an event. An event is known
/// by its timestamp, never by its marker; it ends with its first end packet, with the next event,
/// or when no more of it comes. A key that is held while the source changes is one digit. Owned by
/// the media loop of its call.
public final class DtmfReceiver {

    /// Events above are no digits (RFC 4733 §3.2).
    private static final int LAST_DIGIT = 15;

    /// After this time without a packet the end packets are taken for lost.
    private static final long TIMEOUT_NANOS = 120_000_000L;

    /// Within this time after its end, a key that another source tells again is the same digit.
    private static final long TAIL_NANOS = 60_000_000L;

    private static final int MOST_PER_SECOND = 20;
    private static final long SECOND_NANOS = 1_000_000_000L;
    private static final int QUEUE = 8;

    private int clockRateHz;
    private final TelephoneEvent block = new TelephoneEvent();

    private boolean inEvent;
    private int event;
    private long segmentStart;

    /// Wider than the field, which some peers let wrap instead of beginning a segment.
    private long segmentDuration;

    private long earlierSegments;
    private long lastPacketNanos;

    private boolean anyEnded;
    private boolean anySource;
    private int source;
    private boolean sourceChanged;
    private long endedStart;
    private long endedNanos;

    /// Whether the end was told, and not only taken for granted.
    private boolean endedSurely;

    private final int[] queuedEvents = new int[QUEUE];
    private final int[] queuedMillis = new int[QUEUE];
    private int queueHead;
    private int queueSize;
    private int takenEvent;
    private int takenMillis;

    private final long[] recentNanos = new long[MOST_PER_SECOND];
    private int recentNext;
    private int recentSize;
    private long floodedCount;

    /// A receiver of a stream whose timestamps have this rate.
    public DtmfReceiver(int clockRateHz) {
        this.clockRateHz = clockRateHz;
    }

    /// Timestamps count at another rate from now on, as those of another source. A key that is down
    /// stays the same digit.
    public void clockRate(int newClockRateHz) {
        if (newClockRateHz != clockRateHz) {
            earlierSegments = (earlierSegments + segmentDuration) * newClockRateHz / clockRateHz;
            segmentDuration = 0;
            clockRateHz = newClockRateHz;
            sourceChanged = anySource;
        }
    }

    /// Takes in a packet of the telephone-event payload type; then [#next()] until it is false.
    public void onPacket(RtpPacket packet, long arrivalNanos) {
        if (!anySource || packet.ssrc() != source) {
            // Timestamps of another source have nothing to do with those before.
            sourceChanged = anySource;
            anySource = true;
            source = packet.ssrc();
        }
        byte[] b = packet.bytes();
        int at = packet.payloadOffset();
        int end = at + packet.payloadLength();
        long start = packet.timestamp();
        // RFC 4733 §2.5.1.5: several short events may share a packet, each after the one before.
        for (; block.read(b, at, end - at); at += TelephoneEvent.LENGTH) {
            onBlock(block.event(), start, block.duration(), block.end(), arrivalNanos);
            start = (start + block.duration()) & 0xffff_ffffL;
        }
    }

    private void onBlock(int code, long start, int duration, boolean ends, long arrivalNanos) {
        if (code > LAST_DIGIT) {
            return;
        }
        if (sourceChanged) {
            sourceChanged = false;
            onOtherSource(code, start, duration, arrivalNanos);
        }
        if (isOver(start) || isRestOfEnded(code, start)) {
            return;
        }
        if (inEvent && start == segmentStart) {
            if (code == event) {
                int step = (short) (duration - (int) segmentDuration);
                segmentDuration += Math.max(0, step);
            }
        } else if (inEvent && continuesSegment(code, start)) {
            earlierSegments += TelephoneEvent.MAX_DURATION;
            segmentStart = start;
            segmentDuration = duration;
        } else {
            if (inEvent && isBefore(start, segmentStart)) {
                return;
            }
            finish(arrivalNanos);
            inEvent = true;
            event = code;
            segmentStart = start;
            segmentDuration = duration;
            earlierSegments = 0;
        }
        lastPacketNanos = arrivalNanos;
        if (ends) {
            finish(arrivalNanos);
            endedSurely = true;
        }
    }

    /// The first event of another source. A key that was held until now, or that has just ended, is
    /// still the same digit: nobody lets go and presses again within so short a time.
    private void onOtherSource(int code, long start, int duration, long nowNanos) {
        if (inEvent && code == event && nowNanos - lastPacketNanos <= TIMEOUT_NANOS) {
            if (duration <= segmentDuration) {
                earlierSegments += segmentDuration;
                segmentDuration = duration;
            }
            segmentStart = start;
            anyEnded = false;
            return;
        }
        finish(nowNanos);
        anyEnded = anyEnded && code == event && nowNanos - endedNanos <= TAIL_NANOS;
        endedStart = start;
    }

    /// RFC 4733 §2.5.1.3: an event longer than the duration field goes on in a segment that starts
    /// where the field was full.
    private boolean continuesSegment(int code, long start) {
        return code == event
                && start == ((segmentStart + TelephoneEvent.MAX_DURATION) & 0xffff_ffffL);
    }

    /// Whether the packet is of the event that ended last, or of one before: late or repeated.
    private boolean isOver(long start) {
        return anyEnded && (start == endedStart || isBefore(start, endedStart));
    }

    /// A further segment of an event that was taken for over while it was only interrupted.
    private boolean isRestOfEnded(int code, long start) {
        boolean rest =
                anyEnded
                        && !endedSurely
                        && !inEvent
                        && code == event
                        && start == ((endedStart + TelephoneEvent.MAX_DURATION) & 0xffff_ffffL);
        if (rest) {
            endedStart = start;
        }
        return rest;
    }

    /// Older, by no more than 10 s: beyond that the peer has begun its timestamps anew.
    private boolean isBefore(long start, long than) {
        int behind = (int) (than - start);
        return behind > 0 && behind < 10 * clockRateHz;
    }

    /// Ends an event whose end packets were all lost; then [#next()] until it is false.
    public void onTick(long nowNanos) {
        if (inEvent && nowNanos - lastPacketNanos > TIMEOUT_NANOS) {
            finish(nowNanos);
        }
    }

    private void finish(long nowNanos) {
        if (!inEvent) {
            return;
        }
        inEvent = false;
        anyEnded = true;
        endedStart = segmentStart;
        endedNanos = nowNanos;
        endedSurely = false;
        if (!admit(nowNanos)) {
            floodedCount++;
            return;
        }
        int tail = (queueHead + queueSize) % QUEUE;
        queuedEvents[tail] = event;
        queuedMillis[tail] =
                (int)
                        Math.min(
                                Integer.MAX_VALUE,
                                (earlierSegments + segmentDuration) * 1000 / clockRateHz);
        queueSize++;
    }

    /// At most 20 digits within any second, and never more than the queue holds.
    private boolean admit(long nowNanos) {
        if (queueSize == QUEUE) {
            return false;
        }
        if (recentSize == MOST_PER_SECOND && nowNanos - recentNanos[recentNext] < SECOND_NANOS) {
            return false;
        }
        recentNanos[recentNext] = nowNanos;
        recentNext = (recentNext + 1) % MOST_PER_SECOND;
        recentSize = Math.min(recentSize + 1, MOST_PER_SECOND);
        return true;
    }

    /// Takes the next digit that has ended; false when there is none.
    public boolean next() {
        if (queueSize == 0) {
            return false;
        }
        takenEvent = queuedEvents[queueHead];
        takenMillis = queuedMillis[queueHead];
        queueHead = (queueHead + 1) % QUEUE;
        queueSize--;
        return true;
    }

    /// The event of that digit, 0-15 (0-9, *, #, A-D).
    public int event() {
        return takenEvent;
    }

    /// How long the key was held.
    public int durationMillis() {
        return takenMillis;
    }

    /// Digits refused because more than 20 came within a second.
    public long flooded() {
        return floodedCount;
    }
}
