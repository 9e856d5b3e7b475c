package offhook.media;

import offhook.runtime.NanoClock;

/// Adds up what the codecs of a loop cost: the time from before to after each frame, by the loop's
/// own clock. On the loop only; two readings of the clock a frame, a thousandth of what Opus takes.
///
/// As the loop's utilisation, this has in it what the system let others run meanwhile.
final class CodecMeter {

    private final NanoClock clock;
    private long decodingNanos;
    private long encodingNanos;
    private long decoded;
    private long encoded;

    CodecMeter(NanoClock clock) {
        this.clock = clock;
    }

    /// One for audio that nobody accounts for.
    static CodecMeter unread() {
        return new CodecMeter(() -> 0);
    }

    /// A codec begins.
    ///
    /// @return when; for whoever says that it is done
    long begin() {
        return clock.nanoTime();
    }

    /// A frame was decoded, or what is missing was made up.
    void decoded(long beganNanos) {
        decodingNanos += clock.nanoTime() - beganNanos;
        decoded++;
    }

    /// A frame was encoded.
    void encoded(long beganNanos) {
        encodingNanos += clock.nanoTime() - beganNanos;
        encoded++;
    }

    /// All since the loop began.
    ///
    /// @param cpuNanos of the loop's thread
    LoopFigures.Work work(long cpuNanos) {
        return new LoopFigures.Work(cpuNanos, decodingNanos, encodingNanos, decoded, encoded);
    }
}
