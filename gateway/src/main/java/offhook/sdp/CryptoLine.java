package offhook.sdp;

/// One `a=crypto` line (RFC 4568 §4).
public sealed interface CryptoLine {

    /// One that cannot be used; the others of its section may (RFC 4568 §5.1.2).
    ///
    /// @param why which line and what is wrong with it, for people, without its key
    record Unusable(String why) implements CryptoLine {}

    /// One that can be used.
    record Usable(Crypto crypto) implements CryptoLine {}
}
