package offhook.sdp;

import java.util.Optional;

/// One RTP payload format of a media section: `a=rtpmap` and `a=fmtp` (RFC 8866 §6.6, §6.15), or a
/// static payload type that needs neither (RFC 3551 §6).
///
/// @param payloadType 0-127
/// @param encodingName as written; compared without regard to case (RFC 4855 §3)
/// @param clockRateHz of the RTP timestamp
/// @param channels 1 when not given
/// @param fmtp format parameters as written
public record RtpFormat(
        int payloadType,
        String encodingName,
        int clockRateHz,
        int channels,
        Optional<String> fmtp) {

    /// Encoding name of RFC 4733 events.
    public static final String TELEPHONE_EVENT = "telephone-event";

    /// A format with one channel and no parameters.
    public static RtpFormat of(int payloadType, String encodingName, int clockRateHz) {
        return new RtpFormat(payloadType, encodingName, clockRateHz, 1, Optional.empty());
    }

    /// Whether this is that encoding at that clock, whatever its number.
    public boolean is(String name, int clockHz) {
        return clockRateHz == clockHz && encodingName.equalsIgnoreCase(name);
    }

    /// Whether the other has the same encoding, clock and channels.
    public boolean sameEncoding(RtpFormat other) {
        return is(other.encodingName, other.clockRateHz) && channels == other.channels;
    }

    /// Whether this carries RFC 4733 events.
    public boolean isTelephoneEvent() {
        return encodingName.equalsIgnoreCase(TELEPHONE_EVENT);
    }
}
