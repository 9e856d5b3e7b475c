package offhook.net;

/// The two sockets of one trunk media stream: RTP on an even port, RTCP on the next (RFC 3550 §11).
/// Taken from a [PortPool] and given back to it, never closed by its user.
public final class PortPair {

    private final PortPool home;
    private final UdpEndpoint rtp;
    private final UdpEndpoint rtcp;
    private long restsUntilNanos;
    private long restEndsAtLatestNanos;

    PortPair(PortPool home, UdpEndpoint rtp, UdpEndpoint rtcp) {
        this.home = home;
        this.rtp = rtp;
        this.rtcp = rtcp;
    }

    /// The socket of the even port.
    public UdpEndpoint rtp() {
        return rtp;
    }

    /// The socket of the odd port.
    public UdpEndpoint rtcp() {
        return rtcp;
    }

    /// The even port.
    public int port() {
        return rtp.localAddress().getPort();
    }

    /// Puts the pair to rest in its pool: a peer may still send to it.
    public void release(long nowNanos) {
        home.release(this, nowNanos);
    }

    /// Gives the pair back to its pool; no peer was ever told of it.
    public void giveBack() {
        home.giveBack(this);
    }

    void rest(long untilNanos, long atLatestNanos) {
        restsUntilNanos = untilNanos;
        restEndsAtLatestNanos = atLatestNanos;
    }

    void restLonger(long untilNanos) {
        restsUntilNanos = Math.min(untilNanos, restEndsAtLatestNanos);
    }

    boolean rested(long nowNanos) {
        return nowNanos - restsUntilNanos >= 0;
    }

    boolean drain(PacketBuffer scratch) {
        boolean rtpHeard = drain(rtp, scratch);
        boolean rtcpHeard = drain(rtcp, scratch);
        return rtpHeard || rtcpHeard;
    }

    private static boolean drain(UdpEndpoint endpoint, PacketBuffer scratch) {
        boolean any = false;
        for (int i = 0; i < PortPool.MAX_DRAIN && endpoint.receive(scratch) >= 0; i++) {
            any = true;
        }
        return any;
    }

    void close() {
        rtp.close();
        rtcp.close();
    }
}
