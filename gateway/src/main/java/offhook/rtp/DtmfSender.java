package offhook.rtp;

import offhook.codec.telephony.TelephoneEvent;
import offhook.net.PacketBuffer;

/// Sends telephone events (RFC 4733 §2.5.1) in place of audio, a packet per tick: the marker on the
/// first, one timestamp and a growing duration on all, the last one three times. The media clock
/// goes on underneath, so the audio after the digit has the timestamp that it would have had.
/// Between digits the caller sends audio for a while. Owned by the media loop of its call.
public final class DtmfSender {

    private static final int LAST_DIGIT = 15;
    private static final int END_PACKETS = 3;
    private static final int SHORTEST_TICKS = 2;
    private static final int TICKS_BETWEEN = 3;
    private static final int TICK_MILLIS = 20;
    private static final int LONGEST_UNITS = 0xffff;
    private static final int QUEUE = 64;

    /// RFC 4733 §2.3.4: power in -dBm0, of no use to a receiver of packets.
    private static final int VOLUME = 10;

    private final int payloadType;
    private final int tickUnits;
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

    /// A sender of events of this payload type, with ticks of 20 ms of so many timestamp units.
    public DtmfSender(int payloadType, int tickUnits) {
        this.payloadType = payloadType;
        this.tickUnits = tickUnits;
    }

    /// Queues a digit (0-15); false when the queue is full. The duration becomes whole ticks, at
    /// least 40 ms and no more than one segment holds (8.1 s at 8 kHz, 1.3 s at 48 kHz).
    public boolean offer(int digit, int durationMillis) {
        if (digit < 0 || digit > LAST_DIGIT) {
            throw new IllegalArgumentException(digit + " is not the event of a digit");
        }
        if (queueSize == QUEUE) {
            return false;
        }
        int tail = (queueHead + queueSize) % QUEUE;
        int wanted = (durationMillis + TICK_MILLIS - 1) / TICK_MILLIS;
        queuedEvents[tail] = digit;
        queuedTicks[tail] = Math.clamp(wanted, SHORTEST_TICKS, LONGEST_UNITS / tickUnits);
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
        boolean first = ticksSent == 0;
        if (first) {
            sender.begin(packet, payloadType, true, clockTicks, nowNanos);
        } else {
            sender.beginSameTimestamp(packet, payloadType, clockTicks, nowNanos);
        }
        ticksSent = Math.min(ticksSent + 1, ticks);
        boolean ends = ticksSent == ticks;
        int payloadBytes =
                TelephoneEvent.write(
                        packet.bytes(), packet.end(), event, ends, VOLUME, ticksSent * tickUnits);
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
        sending = true;
        return true;
    }

    /// Whether a digit is being sent or waits.
    public boolean isActive() {
        return sending || queueSize > 0;
    }
}
