package offhook.media;

/// What a media loop tells of itself, as of its last full second.
///
/// @param busy the share of that second in which it did not wait for work, 0 to 1
/// @param latestNanos how late the latest thing of that second was done
/// @param lateTicks what was done more than 10 ms late, since the start
/// @param calls calls it carries
/// @param legs legs of these
/// @param complexity of Opus, for the next frames
/// @param stepsDown how often pressure lowered the complexity, since the start
/// @param stepsUp how often it was raised again, since the start
/// @param full whether new calls are refused
/// @param packetsIn datagrams received, since the start
/// @param packetsOut datagrams sent, since the start
/// @param portsUsed pairs of trunk ports that are in use or at rest
/// @param ports pairs of trunk ports that the loop has
/// @param atNanos when it was told, by the gateway's monotonic clock
/// @param work what it did, since the start
public record LoopFigures(
        double busy,
        long latestNanos,
        long lateTicks,
        int calls,
        int legs,
        int complexity,
        long stepsDown,
        long stepsUp,
        boolean full,
        long packetsIn,
        long packetsOut,
        int portsUsed,
        int ports,
        long atNanos,
        Work work) {

    /// What a loop did since the start.
    ///
    /// @param cpuNanos CPU time of its thread, as of its last full second
    /// @param decodingNanos time spent in decoders
    /// @param encodingNanos time spent in encoders
    /// @param decoded frames that came out of decoders
    /// @param encoded frames that went into encoders
    public record Work(
            long cpuNanos, long decodingNanos, long encodingNanos, long decoded, long encoded) {

        /// Of a loop that has done nothing.
        public static final Work NONE = new Work(0, 0, 0, 0, 0);
    }
}
