package offhook.web;

import offhook.call.CallEvent;
import offhook.call.CallId;

/// Is told when a page that holds a call loses its connection, and when it is back. On the
/// directory's thread: must not throw, and should be quick.
@FunctionalInterface
public interface PageWatcher {

    /// It happened.
    ///
    /// @param event a [CallEvent.PageLost] or [CallEvent.PageBack]
    /// @param atNanos when, by the gateway's monotonic clock
    void happened(CallId call, CallEvent event, long atNanos);
}
