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
/// @param details what else was said of it
public record IncomingCall(
        String source,
        Party caller,
        Party called,
        MediaProfile media,
        Optional<SessionDescription> offer,
        String externalId,
        CallDetails details) {

    /// The source of calls that the gateway makes to itself to see that it works. No trunk can have
    /// the name. They count nowhere, nobody is told of them, and nothing waits for their end.
    public static final String PROBE = "#probe";

    /// Whether it is one of those.
    boolean isProbe() {
        return source.equals(PROBE);
    }

    /// Of which nothing more is said.
    public IncomingCall(
            String source,
            Party caller,
            Party called,
            MediaProfile media,
            Optional<SessionDescription> offer,
            String externalId) {
        this(source, caller, called, media, offer, externalId, CallDetails.NONE);
    }

    /// The caller as people who are called may see it.
    public Party shownCaller() {
        return details.withheld() ? Party.WITHHELD : caller;
    }

    /// Whether the caller's media is set up while the callee still rings, so that it hears what
    /// comes before the answer. A page is: it has nobody to bill, and needs a second to connect. A
    /// SIP phone in a browser takes our answer when SIP says so, with the 200.
    boolean connectsFirst() {
        return media instanceof MediaProfile.Browser browser && browser.connectsFirst();
    }

    /// Whether it is a browser that connects only when it has been answered, as SIP phones do.
    boolean connectsLate() {
        return media instanceof MediaProfile.Browser browser && !browser.connectsFirst();
    }

    /// Whether the caller hears from us that it rings.
    boolean hearsRingback() {
        return media instanceof MediaProfile.Trunk trunk && trunk.ringback();
    }

    /// The call as the target of a transfer is shown it. What is known of the caller is known of
    /// nobody else.
    ///
    /// @param enclosed what comes with the transfer
    IncomingCall shownAs(Party from, String number, Enclosed enclosed) {
        return new IncomingCall(
                source,
                from,
                new Party(number, ""),
                media,
                offer,
                externalId,
                (from.equals(shownCaller()) ? details : CallDetails.NONE).with(enclosed));
    }
}
