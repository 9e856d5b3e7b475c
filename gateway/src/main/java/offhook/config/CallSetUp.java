package offhook.config;

import java.util.List;

/// How calls with a trunk are set up.
///
/// @param reliable whether provisional responses are confirmed, both ways (RFC 3262)
/// @param ringback whether its callers hear the ringing from us, rather than are told of it
/// @param redirectHosts to which hosts a call may be redirected; empty: to none
public record CallSetUp(Reliable reliable, boolean ringback, List<String> redirectHosts) {

    /// What holds where the file says nothing.
    public static final CallSetUp DEFAULT = new CallSetUp(Reliable.SUPPORTED, false, List.of());

    /// What is made of the extension `100rel`.
    public enum Reliable {
        /// It is neither offered nor served.
        OFF,
        /// It is used where the peer knows it.
        SUPPORTED,
        /// A call with a peer that does not know it is not set up.
        REQUIRED
    }
}
