package offhook.config;

import java.util.List;

/// What a trunk must know to call in (RFC 3261 §22.1), besides having one of its addresses.
///
/// @param username whom it must say it is
/// @param password what it must prove to know; never told on the wire
/// @param realm for whom the password is meant; the caller's side may be set up by it
/// @param algorithms with what it may prove it, the preferred one first (RFC 8760 §2.4)
/// @param sources who is asked
public record CallerChallenge(
        String username,
        Secret password,
        String realm,
        List<Algorithm> algorithms,
        Sources sources) {

    /// Hash functions of digests (RFC 7616 §3.2, RFC 8760 §2.1).
    public enum Algorithm {
        SHA_256,
        MD5
    }

    /// Who is asked for the password.
    public enum Sources {
        /// Only who calls from an address of the trunk; all others hear nothing.
        ADDRESSES,
        /// Whoever connects by TCP: a source that cannot be forged.
        TCP,
        /// Whoever sends a request. A datagram is asked back only with one that is no longer.
        ANY
    }
}
