package offhook.call;

import java.util.List;
import java.util.OptionalLong;
import offhook.call.CallSnapshot.LegKind;

/// What became of a call, told once when it is over. Times are of the gateway's monotonic clock.
///
/// @param last the call as it was last seen
/// @param ringingNanos when somebody first rang; empty: nobody did
/// @param answeredNanos when both first heard each other; empty: they never did
/// @param endedNanos when it was over
/// @param legs what became of the media of each leg that told
/// @param history where it has been on its way
public record CallEnd(
        CallSnapshot last,
        CallDirection direction,
        EndCause cause,
        OptionalLong ringingNanos,
        OptionalLong answeredNanos,
        long endedNanos,
        List<LegEnd> legs,
        CallHistory history) {

    public CallEnd {
        legs = List.copyOf(legs);
    }

    /// Of a call that went nowhere else on its way.
    public CallEnd(
            CallSnapshot last,
            CallDirection direction,
            EndCause cause,
            OptionalLong ringingNanos,
            OptionalLong answeredNanos,
            long endedNanos,
            List<LegEnd> legs) {
        this(
                last,
                direction,
                cause,
                ringingNanos,
                answeredNanos,
                endedNanos,
                legs,
                CallHistory.NONE);
    }

    /// A leg and what became of its media.
    public record LegEnd(LegKind leg, MediaSummary media) {}

    /// How it went, for statistics.
    public Result result() {
        if (answeredNanos.isPresent()) {
            return Result.ANSWERED;
        }
        return switch (cause.by()) {
            case CALLER -> Result.ABANDONED;
            case CALLEE -> Result.REFUSED;
            case GATEWAY, OPERATOR -> Result.FAILED;
        };
    }

    /// How a call went, whatever ended it then.
    public enum Result {
        /// Both heard each other.
        ANSWERED,
        /// The caller gave up first.
        ABANDONED,
        /// Who was called said no.
        REFUSED,
        /// It found nobody, or the gateway or its operator ended it before it was answered.
        FAILED
    }
}
