package offhook.sdp;

import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// What was agreed with a browser.
///
/// @param remoteIce what its connectivity checks carry
/// @param remoteFingerprint what its certificate must hash to, always SHA-256
/// @param localSetup our DTLS role; `PASSIVE`: the browser opens
/// @param send codec and payload type of what we send
/// @param receive codecs that may arrive, by payload type
/// @param events payload type and clock of digits, both ways (RFC 4733)
/// @param audioLevelId id of the audio level header extension (RFC 6464)
/// @param direction ours
public record BrowserMedia(
        IceCredentials remoteIce,
        Fingerprint remoteFingerprint,
        Setup localSetup,
        RtpFormat send,
        Map<Integer, RtpFormat> receive,
        Optional<RtpFormat> events,
        OptionalInt audioLevelId,
        Direction direction) {

    public BrowserMedia {
        receive = Map.copyOf(receive);
    }
}
