package offhook.doctor;

import java.time.Instant;

/// Where a trunk takes requests, and how it stands there now.
///
/// @param address and port; `-` where its name is not known to DNS
/// @param state `new`, `up`, `down`, `avoided` or `unlocated`
/// @param since of the state
public record TrunkPlace(String address, String state, Instant since) {

    private static final String UNLOCATED = "unlocated";

    /// Where it is, and whether it was out of order already.
    ///
    /// @param moments of the call
    /// @param askedNanos when the call asked it
    String text(Moments moments, long askedNanos) {
        if (state.equals(UNLOCATED)) {
            return "an address that DNS does not tell";
        }
        boolean wasDown = state.equals("down") && since.isBefore(moments.at(askedNanos));
        return address + (wasDown ? " (down since " + moments.time(since) + ")" : "");
    }
}
