package offhook.call;

import java.util.function.Supplier;

/// Where a new call enters: implemented by the registry of calls, used by the rooms that receive
/// calls. Any thread.
public interface CallIntake {

    /// Opens a call whose first leg (index 0) is `origin`.
    ///
    /// @param id its identity, made by the receiver with [CallId#next()] so that the leg knows it
    /// @return the way to the call; from here on `origin` is used on the call's thread only
    /// @throws CallRefusedException when no call can be opened now (draining, full)
    CallInbox open(CallId id, IncomingCall call, Leg origin) throws CallRefusedException;

    /// A receiver turned a call away itself.
    ///
    /// @param source the trunk that it came from
    /// @param call what is known of it; asked only where it will be told
    default void turnedAway(String source, Supplier<TurnedAway> call) {}
}
