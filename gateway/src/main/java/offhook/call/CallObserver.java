package offhook.call;

import java.util.function.Supplier;

/// Is told of every call. On the call's own thread; must not throw, and should be quick, because
/// the call waits.
public interface CallObserver {

    /// A call has begun.
    ///
    /// @param now what the call is like whenever it is asked, by any thread
    void began(CallId id, Supplier<CallSnapshot> now);

    /// Something happened to a call that lives.
    ///
    /// @param atNanos when, by the gateway's monotonic clock
    default void happened(CallId id, CallEvent event, long atNanos) {}

    /// A call is over, and its legs are given back. Told of each call that began, however it ended.
    void ended(CallId id, CallEnd end);

    /// A call was turned away before it began. On the thread that brought it.
    ///
    /// @param source the trunk that it came from, or `web`
    /// @param reason a stable lower-case key such as `overload`, `draining`, `no-place`
    default void turnedAway(String source, CallDirection direction, String reason) {}

    /// What is known of a call that was turned away, for those who tell of calls. They may come in
    /// floods: see [TurnAwayBudget]. On the thread that brought it.
    ///
    /// @param source the trunk that it came from, or `web`
    /// @param call reads what is known of it; the same for all who ask
    default void refused(String source, Supplier<TurnedAway> call) {}
}
