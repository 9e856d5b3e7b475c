package offhook.call;

import java.util.List;

/// Where a call has been on its way: the queues it waited in, and the transfers that were asked for
/// in it. Times are of the gateway's monotonic clock.
///
/// @param waits in the order in which they began
/// @param transfers in the order in which they ended
public record CallHistory(List<QueueWait> waits, List<Transfer> transfers) {

    /// Of a call that went nowhere else.
    public static final CallHistory NONE = new CallHistory(List.of(), List.of());

    public CallHistory {
        waits = List.copyOf(waits);
        transfers = List.copyOf(transfers);
    }

    /// A stay in a queue.
    ///
    /// @param fromNanos when the caller went in
    /// @param untilNanos when it talked to somebody, went on elsewhere or gave up
    /// @param exit how it left
    public record QueueWait(String queue, long fromNanos, long untilNanos, QueueExit exit) {}

    /// A wish that one party be led on to somebody else, and what became of it.
    ///
    /// @param by who asked; empty when the gateway led the party on by itself
    /// @param target what was asked for
    /// @param fromNanos when it was asked for
    /// @param untilNanos when it was decided
    /// @param reason why it came to nothing, as a stable key; empty when it did not
    public record Transfer(
            Way way,
            String by,
            String target,
            long fromNanos,
            long untilNanos,
            Outcome outcome,
            String reason) {}

    /// How a party is led on.
    public enum Way {
        /// At once.
        BLIND,
        /// The one who asks talks to the target first.
        CONSULT,
        /// Because the one it talked to was lost.
        FALLBACK
    }

    /// What became of a transfer.
    public enum Outcome {
        /// The two have each other.
        DONE,
        /// It came to nothing.
        FAILED,
        /// It was not taken on.
        REFUSED
    }
}
