package offhook.rtp;

/// Turns 32-bit RTP timestamps into a line without wraps: each is taken as the one nearest to the
/// timestamp before.
public final class TimestampUnwrapper {

    private boolean started;
    private long last;

    /// The timestamp on the line, where the first is itself; may be negative.
    public long unwrap(long timestamp) {
        last = started ? last + (int) (timestamp - last) : timestamp;
        started = true;
        return last;
    }

    /// Begins anew with the next timestamp.
    public void reset() {
        started = false;
    }
}
