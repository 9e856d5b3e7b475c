package offhook.agent;

import java.util.List;
import offhook.call.CallId;

/// A caller in a queue who talks to nobody yet, for those who watch.
///
/// @param call in which it waits
/// @param sinceNanos when it came into the queue, on the gateway's monotonic clock
/// @param offered to whom, by sign-in name: they ring, or are about to
public record QueueCaller(CallId call, long sinceNanos, List<String> offered) {

    public QueueCaller {
        offered = List.copyOf(offered);
    }

    /// Whether somebody rings for it.
    public boolean rung() {
        return !offered.isEmpty();
    }
}
