package offhook.rtp;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.function.Predicate;

/// Decides whose packets are media of a plain RTP trunk, and where ours go. Anybody can send to an
/// open port, so a source is either what the signalling named or one that earned it: within 5 s of
/// the signalling, from an address of the trunk, with four packets that are one stream in real
/// time. Where packets are authenticated that is proof enough. Owned by the media loop of its call.
public final class SourceGate {

    /// How the source is found.
    public enum Mode {
        /// Exactly the address and port of the SDP.
        STRICT,
        /// The SDP's, or one learned within 5 s of it.
        NAT,
        /// As [#NAT] when the SDP names a private address that is not where the signalling comes
        /// from, else as [#STRICT].
        AUTO
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

    /// How long after an answer or a re-INVITE a source may be learned.
    public static final long WINDOW_NANOS = 5_000_000_000L;

    private static final int PROBATION_PACKETS = 4;
    private static final int LAST_PORT = 65535;
    private static final long SHORTEST_CADENCE_NANOS = 5_000_000L;
    private static final long LONGEST_CADENCE_NANOS = 65_000_000L;
    private static final long INCUMBENT_SILENT_NANOS = 200_000_000L;

    private final Mode mode;
    private final Predicate<InetAddress> allowed;
    private final Optional<InetAddress> peer;
    private Optional<InetSocketAddress> named = Optional.empty();
    private Optional<InetSocketAddress> current = Optional.empty();
    private Optional<InetSocketAddress> destination = Optional.empty();
    private boolean learned;
    private boolean windowOpen;
    private long windowEndsNanos;
    private boolean incumbentHeard;
    private long incumbentNanos;

    private Optional<InetSocketAddress> candidate = Optional.empty();
    private int candidatePackets;
    private int candidateSsrc;
    private int candidateSequence;
    private long candidateNanos;
    private long refusedCount;

    /// A gate; `allowed` says which addresses may be learned.
    public SourceGate(Mode mode, Predicate<InetAddress> allowed) {
        this(mode, allowed, Optional.empty());
    }

    /// A gate of a call whose signalling comes from `peer`, when that is known.
    public SourceGate(Mode mode, Predicate<InetAddress> allowed, Optional<InetAddress> peer) {
        this.mode = mode;
        this.allowed = allowed;
        this.peer = peer;
    }

    /// The peer's SDP named an address, in an answer, an offer or a re-INVITE: opens a learning
    /// window. What was learned before stays good while the SDP stays the same.
    public void expect(InetSocketAddress sdpAddress, long nowNanos) {
        boolean same = named.isPresent() && named.get().equals(sdpAddress);
        if (!same) {
            named = Optional.of(sdpAddress);
            current = named;
            learned = false;
            incumbentHeard = false;
            destination =
                    mode != Mode.NAT || allowed.test(sdpAddress.getAddress())
                            ? named
                            : Optional.empty();
        }
        windowOpen =
                mode == Mode.NAT || (mode == Mode.AUTO && isFromBehindNat(sdpAddress.getAddress()));
        windowEndsNanos = nowNanos + WINDOW_NANOS;
        candidate = Optional.empty();
    }

    /// A private address means nothing outside of its network, where its owner is seen under
    /// another one.
    private boolean isFromBehindNat(InetAddress named) {
        return isPrivate(named) && !peer.equals(Optional.of(named));
    }

    /// RFC 1918 §3, RFC 6598 §7, RFC 4193 §3.1.
    private static boolean isPrivate(InetAddress address) {
        byte[] bytes = address.getAddress();
        int first = bytes[0] & 0xff;
        if (bytes.length != 4) {
            return (first & 0xfe) == 0xfc;
        }
        return address.isSiteLocalAddress() || (first == 100 && (bytes[1] & 0xc0) == 0x40);
    }

    /// Judges a valid RTP packet. `expectedPayloadType` says whether its type was negotiated.
    public Verdict check(
            InetSocketAddress source,
            RtpPacket packet,
            boolean expectedPayloadType,
            long arrivalNanos) {
        if (current.isPresent() && current.get().equals(source)) {
            incumbentHeard = true;
            incumbentNanos = arrivalNanos;
            return Verdict.ACCEPT;
        }
        if (windowOpen && arrivalNanos - windowEndsNanos >= 0) {
            windowOpen = false;
        }
        if (!windowOpen || !expectedPayloadType || !allowed.test(source.getAddress())) {
            return refuse();
        }
        return onCandidate(source, packet, arrivalNanos);
    }

    /// Judges an RTP packet that proved to be the peer's by its key and was never seen before (RFC
    /// 3711 §3.3). Its source is followed at once, to an address of the trunk or another port of
    /// the one that the SDP named; nothing else moves a protected stream.
    public Verdict checkAuthentic(InetSocketAddress source) {
        if (current.isPresent() && current.get().equals(source)) {
            return Verdict.ACCEPT;
        }
        boolean sameHost =
                named.isPresent() && named.get().getAddress().equals(source.getAddress());
        if (!sameHost && !allowed.test(source.getAddress())) {
            return refuse();
        }
        current = Optional.of(source);
        destination = current;
        learned = true;
        return Verdict.LEARNED;
    }

    private Verdict onCandidate(InetSocketAddress source, RtpPacket packet, long arrivalNanos) {
        long sinceLast = arrivalNanos - candidateNanos;
        boolean sameSource = candidate.isPresent() && candidate.get().equals(source);
        if (candidate.isPresent() && !sameSource && sinceLast < LONGEST_CADENCE_NANOS) {
            // Whoever came first is heard out, so that two cannot hinder each other for ever.
            return refuse();
        }
        boolean continues =
                sameSource
                        && packet.ssrc() == candidateSsrc
                        && packet.sequence() == ((candidateSequence + 1) & 0xffff)
                        && sinceLast >= SHORTEST_CADENCE_NANOS
                        && sinceLast <= LONGEST_CADENCE_NANOS;
        if (!sameSource) {
            candidate = Optional.of(source);
        }
        candidatePackets = continues ? candidatePackets + 1 : 1;
        candidateSsrc = packet.ssrc();
        candidateSequence = packet.sequence();
        candidateNanos = arrivalNanos;
        // The address of the SDP, or what was learned before, wins while it is heard.
        boolean incumbentActive =
                incumbentHeard && arrivalNanos - incumbentNanos < INCUMBENT_SILENT_NANOS;
        if (candidatePackets < PROBATION_PACKETS || incumbentActive) {
            return refuse();
        }
        current = candidate;
        destination = candidate;
        candidate = Optional.empty();
        learned = true;
        windowOpen = false;
        incumbentHeard = true;
        incumbentNanos = arrivalNanos;
        return Verdict.LEARNED;
    }

    private Verdict refuse() {
        refusedCount++;
        return Verdict.REFUSED;
    }

    /// Whether RTCP from this source may be read: the host of the media.
    public boolean acceptsRtcp(InetSocketAddress source) {
        return current.isPresent() && source.getAddress().equals(current.get().getAddress());
    }

    /// Where to send. Empty before the first SDP, and while an SDP names an address that is not the
    /// trunk's and none has been learned in its place.
    public Optional<InetSocketAddress> destination() {
        return destination;
    }

    /// Where RTCP goes: to the host that RTP may go to and to no other. What the SDP named counts
    /// while the SDP's RTP address does; beside a learned one it is the next port (RFC 3550 §11).
    ///
    /// @param named as the SDP says
    public Optional<InetSocketAddress> controlDestination(InetSocketAddress named) {
        if (destination.isEmpty() || destination.get().getAddress().isAnyLocalAddress()) {
            return Optional.empty();
        }
        InetSocketAddress rtp = destination.get();
        if (!learned && named.getAddress().equals(rtp.getAddress())) {
            return Optional.of(named);
        }
        return rtp.getPort() == LAST_PORT
                ? Optional.empty()
                : Optional.of(new InetSocketAddress(rtp.getAddress(), rtp.getPort() + 1));
    }

    /// Packets refused.
    public long refused() {
        return refusedCount;
    }
}
