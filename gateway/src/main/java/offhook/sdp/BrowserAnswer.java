package offhook.sdp;

/// Our answer to a browser's offer.
///
/// @param local what is sent
/// @param media what it means
public record BrowserAnswer(SessionDescription local, BrowserMedia media) {}
