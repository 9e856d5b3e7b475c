package offhook.fault;

/// Whose fault a failure is.
public enum Blame {
    /// The other side sent something wrong or impossible.
    PEER,
    /// The network between us and the other side.
    NETWORK,
    /// The operator's configuration.
    OPERATOR,
    /// Ourselves.
    GATEWAY
}
