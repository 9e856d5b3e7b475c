package offhook.call;

/// What tells that a party of a running call is kept from the talk, or is back.
public sealed interface HoldSign {

    /// Its user holds the call, or takes it up again.
    record Requested(boolean on) implements HoldSign {}

    /// Nothing at all has come from its browser for a while, or something comes again: its network
    /// is gone, or it sleeps.
    ///
    /// @param heardNanos when something came last, by the gateway's monotonic clock
    record Away(boolean on, long heardNanos) implements HoldSign {}

    /// Though its telephone network holds us, which may send music of its own, nothing comes; or
    /// something comes again.
    record Quiet(boolean on) implements HoldSign {}
}
