package offhook.call;

/// The way into a call from other threads: offers an input to the call's mailbox and returns at
/// once.
public interface CallInbox {

    /// The call behind it.
    CallId callId();

    /// Offers an input; inputs that end something may use reserved slots.
    ///
    /// @return false when the mailbox was full (counted) or the call is gone
    boolean offer(CallInput input);
}
