package offhook.call;

import java.util.Optional;

/// A party of a running call.
///
/// @param token the reservation of an agent; empty for a party that needs none
/// @param party who it is, as others are shown it
/// @param hold what keeps it from the talk
record Seat(LegId leg, Optional<ClaimToken> token, Party party, Hold hold) {

    /// A party that has just come.
    Seat(LegId leg, Optional<ClaimToken> token, Party party) {
        this(leg, token, party, Hold.NONE);
    }

    Seat with(Hold other) {
        return new Seat(leg, token, party, other);
    }

    Seat with(Party other) {
        return new Seat(leg, token, other, hold);
    }

    /// Who ended what, when it was this one.
    EndCause.By by() {
        return leg.index() == 0 ? EndCause.By.CALLER : EndCause.By.CALLEE;
    }
}
