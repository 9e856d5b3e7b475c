package offhook.config;

/// How calls with a trunk are set up.
///
/// @param reliable whether provisional responses are confirmed, both ways (RFC 3262)
public record CallSetUp(Reliable reliable) {

    /// What holds where the file says nothing.
    public static final CallSetUp DEFAULT = new CallSetUp(Reliable.SUPPORTED);

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
