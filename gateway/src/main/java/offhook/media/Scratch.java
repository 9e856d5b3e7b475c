package offhook.media;

import offhook.codec.Decoder;

/// Where the paths of a loop put what they need while they handle one packet, so that not each of
/// them has room for the longest one. What is in it holds until another path has its turn; nothing
/// that one frame leaves to the next may stay here. On one thread only.
final class Scratch {

    /// What was decoded or made up last.
    private final short[] decoded = new short[Transcoder.MOST_SAMPLES];

    /// The same at another rate: twice as much at most.
    private final short[] resampled = new short[2 * Transcoder.MOST_SAMPLES];

    /// A frame that was encoded.
    private final byte[] payload = new byte[Decoder.MAX_PAYLOAD_BYTES];

    short[] decoded() {
        return decoded;
    }

    short[] resampled() {
        return resampled;
    }

    byte[] payload() {
        return payload;
    }
}
