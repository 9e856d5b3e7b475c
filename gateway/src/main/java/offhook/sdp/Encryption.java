package offhook.sdp;

import java.util.List;

/// Whether a trunk's audio is encrypted, and our keys for it (RFC 4568).
///
/// @param policy whether
/// @param keys ours, one for each suite that is served, none when `policy` is off
public record Encryption(Policy policy, List<Crypto> keys) {

    /// In the clear.
    public static final Encryption NONE = new Encryption(Policy.OFF, List.of());

    /// Whether audio is encrypted.
    public enum Policy {
        /// Never.
        OFF,
        /// Where the peer can.
        OPTIONAL,
        /// Always.
        REQUIRED
    }

    public Encryption {
        keys = List.copyOf(keys);
    }
}
