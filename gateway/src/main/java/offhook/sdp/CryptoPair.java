package offhook.sdp;

/// The keys of both directions, of the same suite (RFC 4568 §5.1.2).
///
/// @param ours what we protect with
/// @param theirs what the peer protects with
public record CryptoPair(Crypto ours, Crypto theirs) {

    public CryptoPair {
        if (ours.suite() != theirs.suite()) {
            throw new IllegalArgumentException("one suite for both directions");
        }
    }

    /// What the keys are for.
    public CryptoSuite suite() {
        return ours.suite();
    }
}
