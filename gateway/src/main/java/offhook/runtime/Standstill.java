package offhook.runtime;

/// A time in which a thread that is always to be in time did nothing: its machine, or its process,
/// gave it no CPU. By the gateway's monotonic clock.
///
/// @param fromNanos when something was due that was not done
/// @param toNanos when it was done
public record Standstill(long fromNanos, long toNanos) {

    /// How long it was.
    public long nanos() {
        return toNanos - fromNanos;
    }
}
