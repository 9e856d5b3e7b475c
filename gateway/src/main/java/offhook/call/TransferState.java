package offhook.call;

import java.util.Optional;

/// Where a transfer stands. What exists only in one state lives in that state's record.
sealed interface TransferState {

    /// What is being done, in every state.
    TransferTask task();

    /// The telephone network of the waiting party was asked to call the target itself (RFC 3515).
    ///
    /// @param consulted whom the waiting party is to take over, as a leg that talks already
    /// @param taken whether it agreed
    /// @param rings whether it told that the target rings
    /// @param untilNanos when it has taken long enough
    record Referring(
            TransferTask task,
            Optional<Seat> consulted,
            boolean taken,
            boolean rings,
            long untilNanos)
            implements TransferState {}

    /// A target is being reserved.
    record Claiming(TransferTask task, int attempt, ClaimToken token) implements TransferState {}

    /// The waiting party is in a queue. Once the queue has taken it the transferor has no more part
    /// in it.
    record Queued(TransferTask task, int attempt, QueueStay stay) implements TransferState {}

    /// Our offer to a target that cannot make one is being made.
    ///
    /// @param untilNanos when this target has taken long enough
    record Offering(TransferTask task, int attempt, LegId target, long untilNanos)
            implements TransferState {}

    /// A target rings.
    ///
    /// @param early whether what the target's side sends before its answer is heard
    /// @param untilNanos when this target has rung long enough
    record Ringing(TransferTask task, int attempt, Seat target, boolean early, long untilNanos)
            implements TransferState {}

    /// The target said yes; its media is being connected.
    ///
    /// @param untilNanos when the connection must stand
    record Connecting(TransferTask task, int attempt, Seat target, long untilNanos)
            implements TransferState {}

    /// The target talks to the one who asked for the transfer, who decides what follows.
    record Consulting(TransferTask task, Seat target) implements TransferState {}
}
