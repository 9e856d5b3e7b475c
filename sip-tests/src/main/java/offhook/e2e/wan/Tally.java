package offhook.e2e.wan;

/// What one direction of a link did, in datagrams.
///
/// @param delivered copies not counted
/// @param lost by chance, alone or in bursts
/// @param cut lost in outages
/// @param overflowed lost at a full queue
/// @param reordered of the delivered
/// @param duplicated of the delivered
public record Tally(
        long delivered, long lost, long cut, long overflowed, long reordered, long duplicated) {
    static final Tally NONE = new Tally(0, 0, 0, 0, 0, 0);

    /// All that came.
    public long offered() {
        return delivered + lost + cut + overflowed;
    }

    Tally plusDelivered(boolean late, boolean twice) {
        return new Tally(
                delivered + 1,
                lost,
                cut,
                overflowed,
                reordered + (late ? 1 : 0),
                duplicated + (twice ? 1 : 0));
    }

    Tally plusLost() {
        return new Tally(delivered, lost + 1, cut, overflowed, reordered, duplicated);
    }

    Tally plusCut() {
        return new Tally(delivered, lost, cut + 1, overflowed, reordered, duplicated);
    }

    Tally plusOverflowed() {
        return new Tally(delivered, lost, cut, overflowed + 1, reordered, duplicated);
    }

    /// Both together.
    public Tally plus(Tally other) {
        return new Tally(
                delivered + other.delivered,
                lost + other.lost,
                cut + other.cut,
                overflowed + other.overflowed,
                reordered + other.reordered,
                duplicated + other.duplicated);
    }
}
