package offhook.agent;

import offhook.call.CallId;

/// A caller in a queue, for those who watch.
///
/// @param enteredNanos when it came, on the gateway's monotonic clock
/// @param rung whether agents are reserved for it, and ring
public record QueueCaller(CallId call, long enteredNanos, boolean rung) {}
