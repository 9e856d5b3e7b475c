package offhook.rtp;

/// Decides whether a packet belongs to the source that is being heard, begins a new one, or must
/// first be confirmed (RFC 3550 A.1, with the same bounds).
///
/// A packet of another SSRC, far from the sequence, or ahead of it by more than the time since the
/// last packet explains, is on probation; the next number of the same SSRC confirms it, unless the
/// old source is heard in between. When the old source has been silent for a while there is nothing
/// to protect, and the first packet restarts at once.
final class SourceTracker {

    enum Verdict {
        CONTINUES,
        RESTARTED,
        PROBATION
    }

    static final int MAX_DROPOUT = 3000;
    static final int MAX_MISORDER = 100;
    static final long SILENT_NANOS = 100_000_000L;

    /// A gap of so many numbers is a loss, however short the time.
    private static final int UNDISPUTED_GAP = 10;

    /// Of the shortest packet there is (RFC 6716 §2.1.4): a larger gap takes so long for each
    /// number.
    private static final long SHORTEST_PACKET_NANOS = 2_500_000L;

    private boolean started;
    private int ssrc;
    private long highest;
    private long sequence;
    private long lastNanos;

    private boolean candidate;
    private int candidateSsrc;
    private int candidateNext;
    private long unconfirmed;

    Verdict accept(int packetSsrc, int packetSequence, long arrivalNanos) {
        if (started && packetSsrc == ssrc) {
            int ahead = (short) (packetSequence - (int) highest);
            if (ahead > -MAX_MISORDER
                    && ahead < MAX_DROPOUT
                    && isPossible(ahead, arrivalNanos - lastNanos)) {
                sequence = highest + ahead;
                highest = Math.max(highest, sequence);
                lastNanos = arrivalNanos;
                candidate = false;
                return Verdict.CONTINUES;
            }
        }
        boolean confirmed =
                candidate && packetSsrc == candidateSsrc && packetSequence == candidateNext;
        if (confirmed || !started || arrivalNanos - lastNanos > SILENT_NANOS) {
            started = true;
            candidate = false;
            ssrc = packetSsrc;
            highest = packetSequence;
            sequence = packetSequence;
            lastNanos = arrivalNanos;
            return Verdict.RESTARTED;
        }
        candidate = true;
        candidateSsrc = packetSsrc;
        candidateNext = (packetSequence + 1) & 0xffff;
        unconfirmed++;
        return Verdict.PROBATION;
    }

    private static boolean isPossible(int ahead, long elapsedNanos) {
        return ahead <= UNDISPUTED_GAP || elapsedNanos >= ahead * SHORTEST_PACKET_NANOS;
    }

    /// The number of the packet accepted last, on a line without wraps.
    long sequence() {
        return sequence;
    }

    int ssrc() {
        return ssrc;
    }

    long unconfirmed() {
        return unconfirmed;
    }
}
