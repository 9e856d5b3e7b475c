package offhook.rtp;

import offhook.codec.telephony.TelephoneEvent;
import offhook.net.PacketBuffer;

/// Sends telephone events (RFC 4733 §2.5.1) in place of audio, a packet per tick: the marker on the
/// first, one timestamp and a growing duration on all, the last one three times; a key that is held
/// longer than the field can say goes on in a further segment (§2.5.1.3). The media clock goes on
/// underneath, so the audio after the digit has the timestamp that it would have had. Between
/// digits the caller sends audio for a while. Owned by the media loop of its call.
public final class DtmfSender {

    private static final int LAST_DIGIT = 15;
    private static final int END_PACKETS = 3;
    private static final int SHORTEST_TICKS = 2;
    private static final int TICKS_BETWEEN = 3;
    private static final int TICK_MILLIS = 20;

    /// Audio waits as long as a digit lasts, so nobody may make it last for ever.
    private static final int LONGEST_TICKS = 500;

    private static final int QUEUE = 64;

    /// RFC 4733 §2.3.4: power in -dBm0, of no use to a receiver of packets.
    private static final int VOLUME = 10;

    private int payloadType;
    private int tickUnits;
    private final int[] queuedEvents = new int[QUEUE];
    private final int[] queuedTicks = new int[QUEUE];
    private int queueHead;
    private int queueSize;

    private boolean sending;
    private int event;
    private int ticks;
    private int ticksSent;
    private int endsSent;
    private int rest;

    // Of the segment: units of the event before it, and whether its first packet is still to come.
    private int earlierUnits;
    private boolean segmentBegins;

    /// A sender of events of this payload type, with ticks of 20 ms of so many timestamp units.
    public DtmfSender(int payloadType, int tickUnits) {
        this.payloadType = payloadType;
        this.tickUnits = tickUnits;
    }

    /// Goes on with another payload type or clock, a digit that is being sent included.
    public void retarget(int newPayloadType, int newTickUnits) {
        payloadType = newPayloadType;
        earlierUnits = (int) ((long) earlierUnits * newTickUnits / tickUnits);
        tickUnits = newTickUnits;
    }

    /// Queues a digit (0-15); false when the queue is full. The duration becomes whole ticks, at
    /// least 40 ms and at most 10 s.
    public boolean offer(int digit, int durationMillis) {
        if (digit < 0 || digit > LAST_DIGIT) {
            throw new IllegalArgumentException(digit + " is not the event of a digit");
        }
        if (queueSize == QUEUE) {
            return false;
        }
        int tail = (queueHead + queueSize) % QUEUE;
        int wanted = Math.ceilDiv(durationMillis, TICK_MILLIS);
        queuedEvents[tail] = digit;
        queuedTicks[tail] = Math.clamp(wanted, SHORTEST_TICKS, LONGEST_TICKS);
        queueSize++;
        return true;
    }

    /// Writes this tick's packet, if there is one: then it goes out instead of audio.
    ///
    /// @param clockTicks media time since the packet before, as for audio
    public boolean step(PacketBuffer packet, RtpSender sender, long clockTicks, long nowNanos) {
        if (!sending && !startNext()) {
            return false;
        }
        if (ticksSent == 0) {
            sender.begin(packet, payloadType, true, clockTicks, nowNanos);
        } else if (segmentBegins) {
            sender.beginSegment(
                    packet, payloadType, clockTicks, TelephoneEvent.MAX_DURATION, nowNanos);
        } else {
            sender.beginSameTimestamp(packet, payloadType, clockTicks, nowNanos);
        }
        segmentBegins = false;
        ticksSent = Math.min(ticksSent + 1, ticks);
        int duration = ticksSent * tickUnits - earlierUnits;
        boolean full = duration > TelephoneEvent.MAX_DURATION;
        boolean ends = ticksSent == ticks && !full;
        if (full) {
            // RFC 4733 §2.5.1.3: the field at its most, no end, and a segment from there on.
            duration = TelephoneEvent.MAX_DURATION;
            earlierUnits += TelephoneEvent.MAX_DURATION;
            segmentBegins = true;
        }
        int payloadBytes =
                TelephoneEvent.write(packet.bytes(), packet.end(), event, ends, VOLUME, duration);
        sender.end(packet, payloadBytes);
        if (ends && ++endsSent == END_PACKETS) {
            sending = false;
            rest = TICKS_BETWEEN;
        }
        return true;
    }

    private boolean startNext() {
        if (rest > 0) {
            rest--;
            return false;
        }
        if (queueSize == 0) {
            return false;
        }
        event = queuedEvents[queueHead];
        ticks = queuedTicks[queueHead];
        queueHead = (queueHead + 1) % QUEUE;
        queueSize--;
        ticksSent = 0;
        endsSent = 0;
        earlierUnits = 0;
        segmentBegins = false;
        sending = true;
        return true;
    }

    /// Whether a digit is being sent or waits.
    public boolean isActive() {
        return sending || queueSize > 0;
    }
}
