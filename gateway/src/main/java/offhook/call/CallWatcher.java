package offhook.call;

/// Is told what only one side of the gateway sees of a call, by that side: that a page which holds
/// it lost its connection, or that a place of a trunk is asked to take it. On threads of that side:
/// must not throw, and should be quick.
@FunctionalInterface
public interface CallWatcher {

    /// For nobody.
    CallWatcher NONE = (call, event, atNanos) -> {};

    /// It happened.
    ///
    /// @param atNanos when, by the gateway's monotonic clock
    void happened(CallId call, CallEvent event, long atNanos);
}
