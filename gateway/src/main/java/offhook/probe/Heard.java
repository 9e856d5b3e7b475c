package offhook.probe;

/// What one end heard of the other's tone. Not a number where there was nothing to measure.
///
/// @param delayMillis from when the tone was sent to when the packet arrived that has its
///   beginning; the time of a packet itself, 20 ms, is not in it
/// @param levelChangeDb how much louder it is than it was spoken
/// @param purityDb how far all that is not the tone lies below it
/// @param lossPercent packets that did not come, of those between the first and the last that did
public record Heard(double delayMillis, double levelChangeDb, double purityDb, double lossPercent) {

    private static final double MOST_LEVEL_CHANGE_DB = 6;
    private static final double LEAST_PURITY_DB = 6;
    private static final double MOST_LOSS_PERCENT = 50;

    static final Heard NOTHING = new Heard(Double.NaN, Double.NaN, Double.NaN, Double.NaN);

    /// Whether somebody would understand words that came so. What is not known is not good.
    boolean isGood() {
        return Math.abs(levelChangeDb) <= MOST_LEVEL_CHANGE_DB
                && purityDb >= LEAST_PURITY_DB
                && lossPercent <= MOST_LOSS_PERCENT;
    }
}
