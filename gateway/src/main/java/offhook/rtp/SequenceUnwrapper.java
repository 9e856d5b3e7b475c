package offhook.rtp;

/// Turns 16-bit sequence numbers into a line without wraps (RFC 3550 A.1): each number is taken as
/// the one nearest to the number before.
public final class SequenceUnwrapper {

    private boolean started;
    private long last;

    /// The number on the line, where the first is itself; may be negative for what came before it.
    public long unwrap(int sequence) {
        last = started ? last + (short) (sequence - (int) last) : sequence;
        started = true;
        return last;
    }

    /// Begins anew with the next number.
    public void reset() {
        started = false;
    }
}
