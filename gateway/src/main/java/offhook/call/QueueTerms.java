package offhook.call;

/// How a caller waits in a queue.
///
/// @param maxWaitNanos how long at most
/// @param answered whether it is answered when it has to wait, so that it hears music for as long
///   as it takes; otherwise it hears it as early media
public record QueueTerms(long maxWaitNanos, boolean answered) {}
