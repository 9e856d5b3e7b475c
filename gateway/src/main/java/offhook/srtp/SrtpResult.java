package offhook.srtp;

/// What became of a received SRTP or SRTCP packet. All but [#OK] leave every state as it was.
public enum SrtpResult {
    /// Authentic and new; now in the clear.
    OK,
    /// The tag does not fit: not from our peer, or damaged.
    AUTH_FAILED,
    /// Seen before, or too old to tell.
    REPLAYED,
    /// Not an SRTP or SRTCP packet.
    MALFORMED,
    /// From one more source than a leg may have; not looked at.
    TOO_MANY_SOURCES
}
