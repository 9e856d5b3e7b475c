package offhook.rtp;

/// Reads telephone events (RFC 4733 §2.5): one digit for all packets of an event.
public final class DtmfReceiver {

    /// A receiver of a stream whose timestamps have this rate.
    public DtmfReceiver(int clockRateHz) {}

    /// Takes in a packet of the telephone-event payload type; then [#next()] until it is false.
    public void onPacket(RtpPacket packet, long arrivalNanos) {}

    /// Ends an event whose end packets were all lost; then [#next()] until it is false.
    public void onTick(long nowNanos) {}

    /// Takes the next digit that has ended; false when there is none.
    public boolean next() {
        return false;
    }

    /// The event of that digit, 0-15 (0-9, *, #, A-D).
    public int event() {
        return 0;
    }

    /// How long the key was held.
    public int durationMillis() {
        return 0;
    }

    /// Digits refused because more than 20 came within a second.
    public long flooded() {
        return 0;
    }
}
