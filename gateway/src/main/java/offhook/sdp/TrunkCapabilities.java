package offhook.sdp;

import java.net.InetAddress;
import java.util.List;

/// What we can do on a trunk leg.
///
/// @param codecs encoding names, the preferred one first: `PCMA`, `PCMU`, `G722`, `opus`
/// @param opus parameters of `opus`
/// @param telephoneEvent whether digits travel as RFC 4733 events
/// @param wanted the direction we want, `SENDRECV` in an ordinary call
/// @param address where we receive
/// @param rtpPort our RTP port
/// @param rtcpPort our RTCP port; written as `a=rtcp` when it is not the next after RTP
/// @param ptimeMillis length of a packet
/// @param sessionId of our `o=` line; a later description takes it from the one before
/// @param encryption whether audio is encrypted, and our keys
public record TrunkCapabilities(
        List<String> codecs,
        OpusParameters opus,
        boolean telephoneEvent,
        Direction wanted,
        InetAddress address,
        int rtpPort,
        int rtcpPort,
        int ptimeMillis,
        long sessionId,
        Encryption encryption) {

    /// In the clear.
    public TrunkCapabilities(
            List<String> codecs,
            OpusParameters opus,
            boolean telephoneEvent,
            Direction wanted,
            InetAddress address,
            int rtpPort,
            int rtcpPort,
            int ptimeMillis,
            long sessionId) {
        this(
                codecs,
                opus,
                telephoneEvent,
                wanted,
                address,
                rtpPort,
                rtcpPort,
                ptimeMillis,
                sessionId,
                Encryption.NONE);
    }

    public TrunkCapabilities {
        codecs = List.copyOf(codecs);
        if (codecs.isEmpty()) {
            throw new IllegalArgumentException("no codec");
        }
    }
}
