package offhook.codec;

/// Turns PCM (16 bit, mono) into RTP payloads. Owned by one thread at a time; allocates nothing per
/// call. A wrong frame size or a full array is our own bug and throws.
public interface Encoder extends AutoCloseable {

    /// Encodes `samples` samples into one payload.
    ///
    /// @return the payload's length in bytes; 0: nothing needs to be sent (DTX, RFC 7587 §3.1.3)
    int encode(short[] pcm, int pcmOffset, int samples, byte[] out, int outOffset);

    /// Gives back what the codec holds outside the heap. May be called twice.
    @Override
    void close();
}
