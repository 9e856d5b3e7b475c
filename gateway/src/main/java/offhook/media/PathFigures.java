package offhook.media;

/// What paths did with the packets of one leg. Reused; on the leg's loop only.
final class PathFigures {

    /// Audio made up for missing packets.
    double concealedMillis;

    /// Lost packets rebuilt from the redundancy of the next one.
    long fecRecovered;

    /// Packets that came after their time.
    long late;

    /// Packets whose time passed without them, where a jitter buffer knows.
    long unplayed;

    /// Whether there is or was a jitter buffer; otherwise those who hear the packets have one.
    boolean unplayedKnown;

    /// Whether there is a jitter buffer now.
    boolean buffered;

    long depthNanos;
    long targetNanos;
    long lateness95Nanos;

    /// Forgets all.
    void clear() {
        concealedMillis = 0;
        fecRecovered = 0;
        late = 0;
        unplayed = 0;
        unplayedKnown = false;
        buffered = false;
        depthNanos = 0;
        targetNanos = 0;
        lateness95Nanos = 0;
    }

    /// Takes over the counts of paths that are no more.
    void startFrom(PathFigures earlier) {
        clear();
        concealedMillis = earlier.concealedMillis;
        fecRecovered = earlier.fecRecovered;
        late = earlier.late;
        unplayed = earlier.unplayed;
        unplayedKnown = earlier.unplayedKnown;
    }
}
