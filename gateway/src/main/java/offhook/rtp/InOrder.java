package offhook.rtp;

/// Lets the packets of a phone through to the browser at once, in the order of arrival: the
/// browser's own buffer does the waiting.
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

    /// A gate for a stream whose timestamps have this rate.
    public InOrder(int clockRateHz) {}

    /// Looks at a packet that plays for `durationUnits`.
    public Passage offer(RtpPacket packet, int durationUnits, long arrivalNanos) {
        return Passage.FORWARD;
    }

    /// Media time since the packet forwarded before, in units of the incoming clock: what the
    /// outgoing timestamp must advance by, scaled.
    public long timestampStep() {
        return 0;
    }

    /// Packets missing before this one: what the outgoing sequence must skip.
    public int missing() {
        return 0;
    }

    /// Whether this is the first packet after a pause or of a new source: the marker bit.
    public boolean talkStart() {
        return false;
    }
}
