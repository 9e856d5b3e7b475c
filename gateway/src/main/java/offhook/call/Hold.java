package offhook.call;

import offhook.sdp.Direction;
import offhook.sdp.SessionDescription;

/// What keeps a party from the talk.
///
/// @param byUser its user holds the call
/// @param away its browser is not heard of
/// @param peer what its telephone network says
/// @param quiet whether that sends nothing, though it holds us
record Hold(boolean byUser, boolean away, Peer peer, boolean quiet) {

    /// What a telephone network says of the media (RFC 3264 §8.4).
    enum Peer {
        /// It listens.
        LISTENS,
        /// It does not listen, and may send music (`sendonly`).
        HOLDS,
        /// It neither listens nor sends (`inactive`).
        PAUSES
    }

    /// It talks.
    static final Hold NONE = new Hold(false, false, Peer.LISTENS, false);

    Hold with(HoldSign sign) {
        return switch (sign) {
            case HoldSign.Requested(boolean on) -> new Hold(on, away, peer, quiet);
            case HoldSign.Away(boolean on, _) -> new Hold(byUser, on, peer, quiet);
            case HoldSign.Quiet(boolean on) -> new Hold(byUser, away, peer, on);
        };
    }

    /// After our answer to what the network asked for.
    Hold after(SessionDescription local) {
        Direction ours =
                local.media().isEmpty() ? Direction.SENDRECV : local.media().getFirst().direction();
        return new Hold(
                byUser,
                away,
                switch (ours) {
                    case SENDRECV, SENDONLY -> Peer.LISTENS;
                    case RECVONLY -> Peer.HOLDS;
                    case INACTIVE -> Peer.PAUSES;
                },
                quiet);
    }

    /// Whether the other party would hear nothing, and is to hear music.
    boolean leavesAlone() {
        return byUser || away || peer == Peer.PAUSES || (peer == Peer.HOLDS && quiet);
    }

    /// Whether the other party is told that it is on hold.
    boolean isHolding() {
        return byUser || peer != Peer.LISTENS;
    }
}
