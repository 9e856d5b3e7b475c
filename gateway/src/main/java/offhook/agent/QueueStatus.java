package offhook.agent;

import java.util.List;
import offhook.call.CallId;

/// A queue, for those who watch.
///
/// @param strategy who is rung, as the configuration has it
/// @param agents who serves it, by sign-in name
/// @param free how many of them could be offered a call now
/// @param callers who wait, the first first
public record QueueStatus(
        String strategy,
        List<String> agents,
        int free,
        QueueFigures figures,
        List<WaitingCaller> callers) {

    public QueueStatus {
        callers = List.copyOf(callers);
    }

    /// A caller who talks to nobody yet.
    ///
    /// @param call in which it waits
    /// @param sinceNanos when it came into the queue, on the gateway's monotonic clock
    /// @param offered to whom, by sign-in name: they ring, or are about to
    public record WaitingCaller(CallId call, long sinceNanos, List<String> offered) {

        public WaitingCaller {
            offered = List.copyOf(offered);
        }
    }
}
