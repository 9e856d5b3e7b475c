package offhook.codec;

/// Turns RTP payloads into PCM (16 bit, mono). Owned by one thread at a time; allocates nothing per
/// call. Payloads come from the network: whatever their bytes are, nothing is thrown and no more
/// than the given array is written.
public interface Decoder extends AutoCloseable {

    /// Samples of the longest payload we take, 120 ms at 48 kHz (RFC 6716 §2.1.4). An array of this
    /// size holds every payload of every codec.
    int MAX_SAMPLES = 5760;

    /// The longest payload we look at, in bytes: what fits an Ethernet frame.
    int MAX_PAYLOAD_BYTES = 1500;

    /// Decodes one payload to `pcm` from `pcmOffset` on.
    ///
    /// @return samples written; 0: not a payload of this codec, longer than [#MAX_PAYLOAD_BYTES],
    ///   or more samples than there is room for; call [#conceal] then
    int decode(byte[] payload, int offset, int length, short[] pcm, int pcmOffset);

    /// Makes up for `samples` samples that did not arrive, by prolonging what was heard before.
    /// `samples` is a multiple of 2.5 ms.
    ///
    /// @return samples written: always `samples`
    int conceal(short[] pcm, int pcmOffset, int samples);

    /// Rebuilds the lost payload of `samples` samples *before* `payload` from the redundancy that
    /// `payload` carries (in-band FEC, RFC 6716 §2.1.7), or conceals it where there is none.
    /// `payload` itself is decoded afterwards, by [#decode].
    ///
    /// @return samples written: always `samples`
    default int decodeFec(
            byte[] payload, int offset, int length, short[] pcm, int pcmOffset, int samples) {
        return conceal(pcm, pcmOffset, samples);
    }

    /// Gives back what the codec holds outside the heap. May be called twice.
    @Override
    void close();
}
