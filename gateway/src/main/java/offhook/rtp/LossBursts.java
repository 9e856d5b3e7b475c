package offhook.rtp;

/// Tells losses that come together from those that come alone (RFC 3611 §4.7.2): a burst begins and
/// ends with a loss and holds two or more, with fewer than 16 packets received between one and the
/// next; the rest is gaps. The same loss is worse in bursts, because concealment bridges single
/// packets. Owned by the media loop of its call.
public final class LossBursts {

    /// Packets received in a row that end a burst (RFC 3611 §4.7.2, Gmin).
    public static final int GMIN = 16;

    private long packets;
    private long losses;
    private long burstCount;
    private long burstPackets;
    private long burstLosses;

    // Since the first loss that may belong together.
    private boolean open;
    private long openPackets;
    private long openLosses;
    private long receivedSinceLoss;

    /// So many packets did not come.
    void lost(long count) {
        packets += count;
        losses += count;
        openPackets += open ? receivedSinceLoss : 0;
        openPackets += count;
        openLosses += count;
        open = true;
        receivedSinceLoss = 0;
    }

    /// A packet came.
    void received() {
        packets++;
        receivedSinceLoss++;
        if (open && receivedSinceLoss >= GMIN) {
            close();
        }
    }

    private void close() {
        if (openLosses > 1) {
            burstCount++;
            burstPackets += openPackets;
            burstLosses += openLosses;
        }
        open = false;
        openPackets = 0;
        openLosses = 0;
    }

    private boolean inBurst() {
        return open && openLosses > 1;
    }

    private long allBurstPackets() {
        return burstPackets + (inBurst() ? openPackets : 0);
    }

    private long allBurstLosses() {
        return burstLosses + (inBurst() ? openLosses : 0);
    }

    private long bursts() {
        return burstCount + (inBurst() ? 1 : 0);
    }

    /// The share of packets lost in bursts, in 1/256.
    int burstDensity() {
        return fraction(allBurstLosses(), allBurstPackets());
    }

    /// The share of packets lost in gaps, in 1/256.
    int gapDensity() {
        return fraction(losses - allBurstLosses(), packets - allBurstPackets());
    }

    /// Packets of a burst on average.
    double burstLength() {
        return bursts() == 0 ? 0 : (double) allBurstPackets() / bursts();
    }

    /// Packets of a gap on average; there is one before each burst and one after the last.
    double gapLength() {
        return (double) (packets - allBurstPackets()) / (bursts() + 1);
    }

    static int fraction(long part, long whole) {
        return whole <= 0 ? 0 : Math.clamp(part * 256 / whole, 0, 255);
    }
}
