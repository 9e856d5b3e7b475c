package offhook.rtp;

/// Holds the packets of a browser until each is due on the trunk: one tick per 20 ms, for the
/// call's whole life.
public final class PlayoutBuffer {

    /// What became of a packet that was put in.
    public enum Arrival {
        /// Waits for its tick.
        ACCEPTED,
        /// Waits for its tick; first of a new source, sequence or timestamp line.
        RESTARTED,
        /// Was here before.
        DUPLICATE,
        /// Its time is over.
        LATE,
        /// From another source or timestamp line, not yet confirmed by the next.
        PROBATION,
        /// Longer than a slot can be.
        TOO_LONG
    }

    /// What a tick wants.
    public enum Playout {
        /// Nothing: the next tick is not due.
        NOT_DUE,
        /// Decode the payload: `durationUnits()` of audio.
        FRAME,
        /// A frame is lost, and the payload is that of the next: decode its redundancy as
        /// `durationUnits()`.
        FEC_AVAILABLE,
        /// Conceal `durationUnits()`: lost, late, or the buffer grows.
        CONCEAL,
        /// Play `durationUnits()` of silence or comfort noise: the sender pauses.
        SILENCE,
        /// The audio handed out before covers this tick.
        HELD,
        /// Decode the payload and throw the audio away: the buffer shrinks. Fills nothing.
        DISCARD
    }

    /// A buffer for a stream whose timestamps have this rate.
    public PlayoutBuffer(int clockRateHz) {}

    /// Begins the ticks; the first is due now.
    public void start(long nowNanos) {}

    /// Puts a packet in. The caller knows from the codec how long it plays, in units of the
    /// timestamps, and whether it is quiet enough to be left out when the buffer is too long.
    public Arrival insert(RtpPacket packet, int durationUnits, boolean quiet, long arrivalNanos) {
        return Arrival.LATE;
    }

    /// To be called until `nextTickNanos()` is in the future. A tick of 20 ms is over, and
    /// `nextTickNanos()` moves on, when 20 ms of audio have been handed out: with packets of 10 ms
    /// it takes two calls, with packets of 40 ms the second tick is HELD.
    public Playout poll(long nowNanos) {
        return Playout.NOT_DUE;
    }

    /// When the next tick is due.
    public long nextTickNanos() {
        return 0;
    }

    /// The array of the payload polled last, until the next insert or poll.
    public byte[] bytes() {
        return new byte[0];
    }

    /// Bytes of the payload polled last; it begins at 0.
    public int length() {
        return 0;
    }

    /// The payload type of the payload polled last.
    public int payloadType() {
        return 0;
    }

    /// How much audio the last poll asked for.
    public int durationUnits() {
        return 0;
    }

    /// Audio that waits in the buffer.
    public long depthNanos() {
        return 0;
    }

    /// The delay that the buffer aims at, above the fastest packets.
    public long targetNanos() {
        return 0;
    }

    /// The 95th percentile of the lateness of recent packets.
    public long lateness95Nanos() {
        return 0;
    }

    /// Packets that never came in time and were not paused either.
    public long lost() {
        return 0;
    }

    /// Packets that came after their time.
    public long late() {
        return 0;
    }

    /// 20 ms steps concealed.
    public long concealed() {
        return 0;
    }

    /// 20 ms steps put in to grow the buffer.
    public long inserted() {
        return 0;
    }

    /// Packets left out to shrink the buffer.
    public long discarded() {
        return 0;
    }
}
