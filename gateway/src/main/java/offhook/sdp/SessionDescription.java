package offhook.sdp;

/// A session description (RFC 8866).
public record SessionDescription() {}
