package offhook.audit;

import java.time.Instant;

/// What is to be kept.
///
/// @param stranger whether anybody could have caused it
record Entry(
        Instant at, String who, String what, String subject, String outcome, boolean stranger) {

    /// Who it is where the gateway speaks of itself.
    static final String SELF = "offhook";

    static Entry own(Instant at, String what, String outcome) {
        return new Entry(at, SELF, what, "", outcome, false);
    }
}
