package offhook.dtls;

/// Why a handshake has failed.
///
/// @param reason the kind of failure
/// @param detail for the log; never text of the peer
public record DtlsFailure(Reason reason, String detail) {

    /// Kinds of failure.
    public enum Reason {
        /// The peer's certificate is not the one its session description promised.
        FINGERPRINT_MISMATCH,
        /// The peer showed no certificate.
        NO_CERTIFICATE,
        /// The peer offered no SRTP profile of ours.
        NO_SRTP_PROFILE,
        /// Not finished in time.
        TIMEOUT,
        /// The peer gave up, by a fatal alert.
        REFUSED_BY_PEER,
        /// The peer broke the protocol, or no version or cipher is common.
        PROTOCOL
    }
}
