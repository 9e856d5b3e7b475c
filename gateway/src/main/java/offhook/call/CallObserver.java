package offhook.call;

import java.util.function.Supplier;

/// Is told of every call. On the call's own thread; must not throw, and should be quick, because
/// the call waits.
public interface CallObserver {

    /// A call has begun.
    ///
    /// @param now what the call is like whenever it is asked, by any thread
    void began(CallId id, Supplier<CallSnapshot> now);

    /// A call is over, and its legs are given back.
    void ended(CallId id);
}
