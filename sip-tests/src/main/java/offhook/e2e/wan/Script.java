package offhook.e2e.wan;

import java.util.List;
import java.util.stream.Stream;

/// What one direction of a link does to its datagrams.
///
/// @param seed of all chance: the n-th datagram meets the same luck each time
/// @param twicePercent come twice
/// @param outages when nothing passes
public record Script(
        long seed, Loss loss, Delay delay, Rate rate, double twicePercent, List<Outage> outages) {

    /// How much later a reordered datagram comes: after the next of a stream of 20 ms, before the
    /// one after that.
    static final double REORDERED_MILLIS = 30;

    /// Chance that takes datagrams away.
    ///
    /// @param percent lost one by one
    /// @param burstPercent lost in a row (E. N. Gilbert, "Capacity of a burst-noise channel", 1960)
    /// @param burstLength of a row, in datagrams, on average
    public record Loss(double percent, double burstPercent, double burstLength) {
        static final Loss NONE = new Loss(0, 0, 1);

        /// The chance that a row begins at a datagram outside of one.
        double beginning() {
            return burstPercent / (100 - burstPercent) / burstLength;
        }

        /// The chance that a row is over at the datagram after one of it.
        double ending() {
            return 1 / burstLength;
        }
    }

    /// Time on the way. Jitter keeps the order, as a queue does.
    ///
    /// @param millis of every datagram
    /// @param jitterMillis what chance adds: uniform, the most either way; normal, the deviation
    /// @param reorderPercent come later than those after them
    public record Delay(double millis, double jitterMillis, boolean normal, double reorderPercent) {
        static final Delay NONE = new Delay(0, 0, false, 0);
    }

    /// A bottleneck with a queue before it; what finds the queue full is lost.
    ///
    /// @param kilobitsPerSecond of IPv4 packets, headers included; 0 is no limit
    /// @param queueMillis how long a datagram waits at most
    public record Rate(double kilobitsPerSecond, double queueMillis) {
        static final Rate UNLIMITED = new Rate(0, 0);
    }

    /// A time in which nothing passes, counted from when the script began.
    ///
    /// @param everyMillis how long after its begin it comes again; 0 is never
    /// @param held what came meanwhile passes at the end at once, in order; otherwise it is lost
    public record Outage(long fromMillis, long toMillis, long everyMillis, boolean held) {

        /// Whether the link is cut then.
        boolean covers(long millis) {
            long at = phase(millis);
            return at >= fromMillis && at < toMillis;
        }

        /// When the outage that covers this moment ends.
        long endMillis(long millis) {
            return millis - phase(millis) + toMillis;
        }

        private long phase(long millis) {
            return everyMillis == 0 || millis < fromMillis
                    ? millis
                    : fromMillis + (millis - fromMillis) % everyMillis;
        }
    }

    /// A link that passes everything at once.
    public static Script clean(long seed) {
        return new Script(seed, Loss.NONE, Delay.NONE, Rate.UNLIMITED, 0, List.of());
    }

    /// The same with other luck.
    public Script seeded(long newSeed) {
        return new Script(newSeed, loss, delay, rate, twicePercent, outages);
    }

    public Script losing(double percent) {
        return losing(new Loss(percent, loss.burstPercent, loss.burstLength));
    }

    public Script losingInBursts(double percent, double meanLength) {
        return losing(new Loss(loss.percent, percent, meanLength));
    }

    private Script losing(Loss newLoss) {
        return new Script(seed, newLoss, delay, rate, twicePercent, outages);
    }

    public Script delaying(double millis) {
        return delaying(new Delay(millis, delay.jitterMillis, delay.normal, delay.reorderPercent));
    }

    /// Uniform jitter.
    public Script jitteringBy(double mostMillis) {
        return delaying(new Delay(delay.millis, mostMillis, false, delay.reorderPercent));
    }

    public Script jitteringNormally(double deviationMillis) {
        return delaying(new Delay(delay.millis, deviationMillis, true, delay.reorderPercent));
    }

    public Script reordering(double percent) {
        return delaying(new Delay(delay.millis, delay.jitterMillis, delay.normal, percent));
    }

    private Script delaying(Delay newDelay) {
        return new Script(seed, loss, newDelay, rate, twicePercent, outages);
    }

    public Script duplicating(double percent) {
        return new Script(seed, loss, delay, rate, percent, outages);
    }

    public Script limitedTo(double kilobitsPerSecond, double queueMillis) {
        var newRate = new Rate(kilobitsPerSecond, queueMillis);
        return new Script(seed, loss, delay, newRate, twicePercent, outages);
    }

    /// Loses everything from then to then.
    public Script cut(long fromMillis, long toMillis) {
        return with(new Outage(fromMillis, toMillis, 0, false));
    }

    /// Loses everything for so long, again and again.
    public Script cuttingEvery(long everyMillis, long lengthMillis) {
        return with(new Outage(everyMillis - lengthMillis, everyMillis, everyMillis, false));
    }

    /// Holds everything back for so long, again and again, and then passes it on at once.
    public Script holdingEvery(long everyMillis, long lengthMillis) {
        return with(new Outage(everyMillis - lengthMillis, everyMillis, everyMillis, true));
    }

    private Script with(Outage outage) {
        List<Outage> all = Stream.concat(outages.stream(), Stream.of(outage)).toList();
        return new Script(seed, loss, delay, rate, twicePercent, all);
    }
}
