package offhook.media;

/// The mean of a delay that is looked at once a second. On the leg's loop only.
final class MeanDelay {

    private static final double NANOS_PER_MILLI = 1e6;

    private double sumMillis;
    private long looks;

    /// What it is now.
    void note(long nanos) {
        sumMillis += nanos / NANOS_PER_MILLI;
        looks++;
    }

    /// NaN: nobody ever looked.
    double millis() {
        return sumMillis / looks;
    }
}
