package offhook.rtp;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Predicate;

/// Decides whose packets are media of a plain RTP trunk, and where ours go.
public final class SourceGate {

    /// How the source is found.
    public enum Mode {
        /// Exactly the address and port of the SDP.
        STRICT,
        /// The SDP's, or one learned within 5 s of it.
        NAT
    }

    /// What to do with a packet.
    public enum Verdict {
        /// Media.
        ACCEPT,
        /// Drop.
        REFUSED,
        /// Media, and from now on the only source; [#destination()] has changed.
        LEARNED
    }

    /// A gate; `allowed` says which addresses may be learned.
    public SourceGate(Mode mode, Predicate<InetAddress> allowed) {}

    /// The peer's SDP named an address, in an answer, an offer or a re-INVITE: opens a learning
    /// window.
    public void expect(InetSocketAddress sdpAddress, long nowNanos) {}

    /// Judges a valid RTP packet. `expectedPayloadType` says whether its type was negotiated.
    public Verdict check(
            InetSocketAddress source,
            RtpPacket packet,
            boolean expectedPayloadType,
            long arrivalNanos) {
        return Verdict.REFUSED;
    }

    /// Whether RTCP from this source may be read: the host of the media.
    public boolean acceptsRtcp(InetSocketAddress source) {
        return false;
    }

    /// Where to send; empty while there is no address that we may send to.
    public Optional<InetSocketAddress> destination() {
        return Optional.empty();
    }

    /// Packets refused.
    public long refused() {
        return 0;
    }
}
