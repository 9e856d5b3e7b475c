package offhook.rtp;

/// Says whether it pays to play a frame later than the network asks for, so that the packet after a
/// lost one has come when the lost one is due: see the essay in [PlayoutBuffer].
final class RedundancyWatch {

    /// By so much the packet after a lost one comes later than that should have.
    static final long WAIT_NANOS = 20_000_000L;

    /// Two losses within this time, 1 % of the packets, are no accident.
    private static final long BEGIN_NANOS = 4_000_000_000L;

    /// So long neither the losses nor the redundancy may stay away; the delay is gone soon after.
    private static final long END_NANOS = 9_000_000_000L;

    /// What has not come so long after its successor is not only out of order.
    private static final long OVERTAKEN_NANOS = 100_000_000L;

    private boolean worthIt;

    // A number that is missing, perhaps only overtaken; since when, and whether the packet after it
    // carries it.
    private boolean missing;
    private long missingNumber;
    private long missingNanos;
    private boolean missingMendable;

    private boolean anyMendable;
    private long mendableNanos;
    private long lossNanos;
    private long redundantNanos;

    /// Takes note of a packet, and whether it is a new one while the one before it is missing.
    void onPacket(long number, boolean redundant, boolean afterGap, long nowNanos) {
        if (redundant) {
            redundantNanos = nowNanos;
        }
        if (missing && number == missingNumber) {
            missing = false;
        } else if (missing && nowNanos - missingNanos > OVERTAKEN_NANOS) {
            missing = false;
            lossNanos = missingNanos;
            if (missingMendable) {
                anyMendable = true;
                mendableNanos = missingNanos;
            }
        }
        if (afterGap) {
            worthIt |= redundant && anyMendable && nowNanos - mendableNanos <= BEGIN_NANOS;
            note(number - 1, redundant, nowNanos);
        }
        if (nowNanos - lossNanos > END_NANOS || nowNanos - redundantNanos > END_NANOS) {
            worthIt = false;
        }
    }

    private void note(long number, boolean mendable, long nowNanos) {
        if (!missing) {
            missing = true;
            missingNumber = number;
            missingNanos = nowNanos;
            missingMendable = mendable;
        }
    }

    /// What to wait for beyond the lateness of packets: a frame or nothing.
    long waitNanos() {
        return worthIt ? WAIT_NANOS : 0;
    }
}
