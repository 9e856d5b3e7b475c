package offhook.rtp;

/// Turns what a peer reports as lost (RFC 3550 §6.4.1) into the loss that an encoder should expect,
/// which decides how many bits go into redundancy: none on a clean path. Owned by the media loop of
/// its call.
public final class ExpectedLoss {

    /// Redundancy begins here and ends there, as shares of packets.
    private static final double BEGIN = 0.02;

    private static final double END = 0.007;

    /// How fast the expectation follows a report that is higher, and one that is lower.
    private static final double RISE = 0.5;

    private static final double FALL = 0.25;

    /// Redundancy stays as it is for so long after the last loss, as losses come in groups; then it
    /// falls to a third in each further time.
    private static final long HOLD_NANOS = 10_000_000_000L;

    private static final double FALL_NANOS = 2e9;

    private double share;
    private boolean expecting;
    private long lastLossNanos;
    private long lastNanos;

    /// Takes in a report.
    ///
    /// @param fractionLost what was lost since the report before, 0 to 255, in 1/256
    public void onReport(int fractionLost, long nowNanos) {
        double lost = fractionLost / 256.0;
        if (lost >= END) {
            share += (lost - share) * (lost > share ? RISE : FALL);
            lastLossNanos = nowNanos;
        } else if (!expecting) {
            share += (lost - share) * FALL;
        } else if (nowNanos - lastLossNanos > HOLD_NANOS) {
            long from = Math.max(lastNanos, lastLossNanos + HOLD_NANOS);
            share *= Math.exp((from - nowNanos) / FALL_NANOS);
        }
        lastNanos = nowNanos;
        expecting = share >= (expecting ? END : BEGIN);
    }

    /// What to expect, in percent, 0 to 100; 0: no redundancy is worth its bits.
    public int percent() {
        return expecting ? Math.clamp(Math.round(share * 100), 1, 100) : 0;
    }
}
