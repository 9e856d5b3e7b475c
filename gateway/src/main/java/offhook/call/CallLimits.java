package offhook.call;

/// How long the phases of a call may last, in nanoseconds.
///
/// @param ringNanos from the call's arrival until somebody answers
/// @param connectNanos from an agent's answer until its media is connected
/// @param callNanos from the answer until the call is ended
public record CallLimits(long ringNanos, long connectNanos, long callNanos) {}
