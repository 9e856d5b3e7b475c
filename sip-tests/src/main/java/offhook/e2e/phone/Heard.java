package offhook.e2e.phone;

/// An RTP packet that a phone received (RFC 3550 §5.1).
///
/// @param atNanos when, on `System.nanoTime()`
/// @param sequence 16 bits, unsigned
/// @param timestamp 32 bits, unsigned
/// @param ssrc 32 bits
/// @param payload left alone by everyone
@SuppressWarnings("ArrayRecordComponent") // A value by convention; never compared.
public record Heard(
        long atNanos,
        int payloadType,
        boolean marker,
        int sequence,
        long timestamp,
        int ssrc,
        byte[] payload) {}
