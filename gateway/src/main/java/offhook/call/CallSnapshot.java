package offhook.call;

import java.util.List;
import java.util.OptionalLong;

/// A call at one moment, for those who watch. Times are of the gateway's monotonic clock.
///
/// @param direction which way it goes, as the plan has it
/// @param source the trunk that it came from, or `web`
/// @param outTrunk the trunk that it goes out by, or went in vain: the last one that was tried for
///   whom it calls, or, of a call for others, for whom it was transferred to; empty: none
/// @param agent who talks in it, or for whom it was last, also where that one could not be had;
///   before that the one who makes it; empty: nobody
/// @param state `opening`, `claiming`, `waiting` (in a queue), `offering`, `ringing`, `connecting`,
///   `active`, `transferring` or `ended`
/// @param startedNanos when it arrived
/// @param stateNanos when its state began
/// @param ringingNanos when somebody who was called first rang, or sent sound of its own; empty
///   before that, and where all said yes or no at once
/// @param answeredNanos when two parties heard each other first, whatever became of the call since;
///   empty before that
/// @param legs those that have media, by index
/// @param details what else was said of it when it arrived
public record CallSnapshot(
        CallId id,
        CallDirection direction,
        String source,
        String outTrunk,
        Party caller,
        Party called,
        String agent,
        String state,
        long startedNanos,
        long stateNanos,
        OptionalLong ringingNanos,
        OptionalLong answeredNanos,
        List<LegKind> legs,
        CallDetails details) {

    public CallSnapshot {
        legs = List.copyOf(legs);
    }

    /// A leg and what carries its media.
    ///
    /// @param kind `trunk` or `browser`
    /// @param trunk the trunk's name; empty for others
    public record LegKind(LegId id, String kind, String trunk) {

        /// One that carries such media.
        static LegKind of(LegId id, MediaProfile profile) {
            return new LegKind(id, profile.kind(), profile.trunkName());
        }
    }
}
