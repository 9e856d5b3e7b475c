package offhook.e2e.phone;

/// When the k-th packet of a phone leaves.
@FunctionalInterface
public interface PacketPlan {
    /// Nanoseconds after the first packet; never falls with `packet`.
    long dueNanos(long packet, long ptimeNanos);

    /// One packet each ptime.
    static PacketPlan steady() {
        return (packet, ptimeNanos) -> packet * ptimeNanos;
    }

    /// `burst` packets at once, as late as the last of them would be.
    static PacketPlan bursts(int burst) {
        return (packet, ptimeNanos) -> (packet / burst * burst + burst - 1) * ptimeNanos;
    }

    /// Steady, but nothing is sent for `gapMillis` before packet `first`; speech waits meanwhile.
    static PacketPlan gap(long first, long gapMillis) {
        return (packet, ptimeNanos) ->
                packet * ptimeNanos + (packet < first ? 0 : gapMillis * 1_000_000);
    }

    /// A sender whose clock is `partsPerMillion` too fast.
    static PacketPlan drifting(double partsPerMillion) {
        return (packet, ptimeNanos) -> (long) (packet * ptimeNanos / (1 + partsPerMillion / 1e6));
    }
}
