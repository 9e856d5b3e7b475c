package offhook.config;

/// How calls with a trunk are transferred.
///
/// @param refer whether the trunk is asked first to transfer its own callers to numbers that it
///   reaches (RFC 3515); otherwise, and where it will not, the gateway does it
/// @param acceptRefer whether the trunk may have the one it talks to transferred to a number of its
///   routes
public record TransferTerms(boolean refer, boolean acceptRefer) {

    /// What holds where the file says nothing.
    public static final TransferTerms DEFAULT = new TransferTerms(false, false);
}
