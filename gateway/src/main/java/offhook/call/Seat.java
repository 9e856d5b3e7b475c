package offhook.call;

import java.util.Optional;

/// A party of a running call.
///
/// @param token the reservation of an agent; empty for a party that needs none
/// @param party who it is, as others are shown it
record Seat(LegId leg, Optional<ClaimToken> token, Party party) {

    /// Who ended what, when it was this one.
    EndCause.By by() {
        return leg.index() == 0 ? EndCause.By.CALLER : EndCause.By.CALLEE;
    }
}
