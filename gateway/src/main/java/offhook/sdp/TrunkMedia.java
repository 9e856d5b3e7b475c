package offhook.sdp;

import java.net.InetSocketAddress;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/// What was agreed with a trunk.
///
/// @param remoteRtp where RTP goes while `direction` sends
/// @param remoteRtcp where RTCP goes: always a port of its own, RTCP is not multiplexed here
/// @param send codec and payload type of what we send
/// @param receive codecs that may arrive, by payload type
/// @param sendEvents payload type of digits we send (RFC 4733)
/// @param receiveEvents payload type of digits that arrive
/// @param eventsClockHz RTP clock of digits: that of `send`, unless the trunk has events of another
///   clock only
/// @param noise payload type of comfort noise (RFC 3389), where agreed
/// @param remotePtimeMillis length of a packet the trunk likes
/// @param direction ours
/// @param extendedReports what the trunk wants beyond the reports of RFC 3550
/// @param keys of both directions; empty: in the clear
public record TrunkMedia(
        InetSocketAddress remoteRtp,
        InetSocketAddress remoteRtcp,
        RtpFormat send,
        Map<Integer, RtpFormat> receive,
        OptionalInt sendEvents,
        OptionalInt receiveEvents,
        int eventsClockHz,
        OptionalInt noise,
        int remotePtimeMillis,
        Direction direction,
        ExtendedReportFormats extendedReports,
        Optional<CryptoPair> keys) {

    /// In the clear.
    public TrunkMedia(
            InetSocketAddress remoteRtp,
            InetSocketAddress remoteRtcp,
            RtpFormat send,
            Map<Integer, RtpFormat> receive,
            OptionalInt sendEvents,
            OptionalInt receiveEvents,
            int eventsClockHz,
            OptionalInt noise,
            int remotePtimeMillis,
            Direction direction,
            ExtendedReportFormats extendedReports) {
        this(
                remoteRtp,
                remoteRtcp,
                send,
                receive,
                sendEvents,
                receiveEvents,
                eventsClockHz,
                noise,
                remotePtimeMillis,
                direction,
                extendedReports,
                Optional.empty());
    }

    public TrunkMedia {
        receive = Map.copyOf(receive);
    }
}
