package offhook.call;

import java.util.Optional;
import offhook.sdp.SessionDescription;

/// A call as it arrives, before anything was decided.
///
/// @param source name of the trunk it came from, or `web`
/// @param caller who calls
/// @param called whom the caller asked for
/// @param media how the caller's media is carried
/// @param offer the caller's session description; empty when the answerer is to offer
/// @param externalId the peer's own identity of the call (SIP Call-ID), for logs and records
public record IncomingCall(
        String source,
        Party caller,
        Party called,
        MediaProfile media,
        Optional<SessionDescription> offer,
        String externalId) {

    /// Whether the caller's media is set up while the callee still rings, so that it hears what
    /// comes before the answer. A browser is: it has nobody to bill, and needs a second to connect.
    boolean connectsFirst() {
        return media instanceof MediaProfile.Browser;
    }

    /// Whether the caller hears from us that it rings.
    boolean hearsRingback() {
        return media instanceof MediaProfile.Trunk trunk && trunk.ringback();
    }

    /// The call as the target of a transfer is shown it.
    IncomingCall shownAs(Party from, String number) {
        return new IncomingCall(source, from, new Party(number, ""), media, offer, externalId);
    }
}
