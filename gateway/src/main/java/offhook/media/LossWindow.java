package offhook.media;

/// The share of packets lost lately: over the last 10 s, or, where a pausing sender sends few, as
/// far back as it takes to find enough, 30 s at most. Fed once a second; allocates nothing.
final class LossWindow {

    /// Fewer packets say nothing of a share.
    static final int ENOUGH_PACKETS = 50;

    private static final int SECONDS = 30;
    private static final int LATELY = 10;

    private final long[] expected = new long[SECONDS + 1];
    private final long[] lost = new long[SECONDS + 1];

    /// How many seconds are noted; the first is the beginning of the call.
    private int count = 1;

    private int latest;

    /// Notes the counts of the call's life up to now.
    void note(long expectedSoFar, long lostSoFar) {
        latest = (latest + 1) % (SECONDS + 1);
        expected[latest] = expectedSoFar;
        lost[latest] = lostSoFar;
        count = Math.min(count + 1, SECONDS + 1);
    }

    /// The share in percent; NaN while too few packets came.
    double percent() {
        for (int back = Math.min(LATELY, count - 1); back < count; back++) {
            int then = Math.floorMod(latest - back, SECONDS + 1);
            long packets = expected[latest] - expected[then];
            if (packets >= ENOUGH_PACKETS) {
                return percent(packets, lost[latest] - lost[then]);
            }
        }
        return Double.NaN;
    }

    /// The share of a whole call in percent; NaN while too few packets came.
    static double percent(long packets, long missing) {
        return packets < ENOUGH_PACKETS
                ? Double.NaN
                : Math.clamp(100.0 * missing / packets, 0.0, 100.0);
    }
}
