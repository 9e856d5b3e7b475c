package offhook.e2e.wan;

import java.util.SplittableRandom;

/// One direction of a link at work: says of each datagram whether and when it is delivered, by a
/// script alone. Knows no clock and no socket; on one thread at a time.
final class Impairment {
    private static final int IP_AND_UDP_BYTES = 28;
    private static final long MILLI = 1_000_000;

    private final Script script;
    private long index;
    private boolean inBurst;
    private long newestNanos; // of what keeps its order
    private long freeNanos; // when the bottleneck has passed all it has
    private Tally tally = Tally.NONE;

    /// What becomes of a datagram.
    ///
    /// @param copies how many are delivered: none, one or two
    /// @param atNanos when, after the script began
    record Fate(int copies, long atNanos) {
        private static final Fate LOST = new Fate(0, 0);
    }

    Impairment(Script script) {
        this.script = script;
    }

    Tally tally() {
        return tally;
    }

    /// Decides over the next datagram.
    ///
    /// @param bytes of its payload
    /// @param atNanos when it came, after the script began
    Fate next(int bytes, long atNanos) {
        // Each datagram has its own dice, all thrown whatever falls, so that luck does not depend
        // on the fate of others.
        var dice = new SplittableRandom(script.seed() * 0x9E37_79B9_7F4A_7C15L + index);
        index++;
        boolean lost = 100 * dice.nextDouble() < script.loss().percent();
        boolean burst = stepBurst(dice.nextDouble());
        boolean late = 100 * dice.nextDouble() < script.delay().reorderPercent();
        boolean twice = 100 * dice.nextDouble() < script.twicePercent();
        double jitterMillis =
                script.delay().jitterMillis()
                        * (script.delay().normal()
                                ? dice.nextGaussian()
                                : 2 * dice.nextDouble() - 1);

        long passesNanos = atNanos;
        for (Script.Outage outage : script.outages()) {
            long millis = Math.floorDiv(passesNanos, MILLI);
            if (outage.covers(millis)) {
                if (!outage.held()) {
                    tally = tally.plusCut();
                    return Fate.LOST;
                }
                passesNanos = outage.endMillis(millis) * MILLI;
            }
        }
        if (lost || burst) {
            tally = tally.plusLost();
            return Fate.LOST;
        }
        if (script.rate().kilobitsPerSecond() > 0) {
            double waitMillis = (double) Math.max(0, freeNanos - passesNanos) / MILLI;
            if (waitMillis > script.rate().queueMillis()) {
                tally = tally.plusOverflowed();
                return Fate.LOST;
            }
            double bits = 8.0 * (bytes + IP_AND_UDP_BYTES);
            freeNanos =
                    Math.max(freeNanos, passesNanos)
                            + (long) (bits / script.rate().kilobitsPerSecond() * MILLI);
            passesNanos = freeNanos;
        }
        double delayMillis = Math.max(0, script.delay().millis() + jitterMillis);
        long deliveredNanos = Math.max(newestNanos, passesNanos + (long) (delayMillis * MILLI));
        if (late) {
            deliveredNanos += (long) (Script.REORDERED_MILLIS * MILLI);
        } else {
            newestNanos = deliveredNanos;
        }
        tally = tally.plusDelivered(late, twice);
        return new Fate(twice ? 2 : 1, deliveredNanos);
    }

    private boolean stepBurst(double die) {
        Script.Loss loss = script.loss();
        inBurst = die < (inBurst ? 1 - loss.ending() : loss.beginning());
        return inBurst;
    }
}
