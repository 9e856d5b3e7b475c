package offhook.ops;

import java.util.List;
import java.util.OptionalLong;
import offhook.call.CallDetails;
import offhook.call.CallDirection;
import offhook.call.CallId;
import offhook.call.CallSnapshot;
import offhook.call.Party;

/// Calls as they are at one moment, as little as is needed of them.
final class Snapshots {

    private Snapshots() {}

    /// A call from the trunk `pbx`.
    ///
    /// @param agent whom it was offered to; or empty
    static CallSnapshot call(
            CallId id,
            String agent,
            String state,
            OptionalLong answeredNanos,
            CallSnapshot.LegKind... legs) {
        return new CallSnapshot(
                id,
                CallDirection.IN,
                "pbx",
                new Party("1", ""),
                new Party("2", ""),
                agent,
                state,
                0,
                0,
                OptionalLong.empty(),
                answeredNanos,
                List.of(legs),
                CallDetails.NONE);
    }
}
