package offhook.e2e.phone;

import java.util.List;

/// How packets of one source at 8 kHz came, as receiver reports say it (RFC 3550 §6.4.1).
///
/// @param expected how many numbers there are from the first to the highest
/// @param lost how many of those are missing
/// @param highestSequence the highest number, 16 bits
/// @param jitterTicks interarrival jitter at last (RFC 3550 §A.8)
record Reception(int expected, int lost, int highestSequence, int jitterTicks) {
    /// Nothing is amiss.
    static final Reception CLEAN = new Reception(0, 0, 0, 0);

    private static final double TICK_NANOS = 125_000;

    /// @param heard in order of arrival
    static Reception of(List<Heard> heard) {
        if (heard.isEmpty()) {
            return CLEAN;
        }
        int first = heard.getFirst().sequence();
        int highest = 0;
        int lowest = 0;
        double jitter = 0;
        Heard before = heard.getFirst();
        for (Heard each : heard) {
            int place = (short) (each.sequence() - first - highest) + highest;
            highest = Math.max(highest, place);
            lowest = Math.min(lowest, place);
            double came = (each.atNanos() - before.atNanos()) / TICK_NANOS;
            int meant = (int) (each.timestamp() - before.timestamp());
            jitter += (Math.abs(came - meant) - jitter) / 16;
            before = each;
        }
        int expected = highest - lowest + 1;
        return new Reception(
                expected,
                Math.max(0, expected - heard.size()),
                first + highest & 0xFFFF,
                (int) jitter);
    }

    /// The share that is missing, in 256ths.
    int lostOf256() {
        return expected == 0 ? 0 : Math.min(255, 256 * lost / expected);
    }
}
