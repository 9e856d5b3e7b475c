package offhook.sdp;

/// Our answer to a trunk's offer.
///
/// @param local what is sent
/// @param media what it means
public record TrunkAnswer(SessionDescription local, TrunkMedia media) {}
