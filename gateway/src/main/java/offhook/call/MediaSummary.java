package offhook.call;

/// What became of a leg's media, told when it ends.
///
/// @param codec what was sent last, by its encoding name
/// @param codecChanges how often what was sent changed on the way
/// @param sent packets we sent
/// @param received packets that came
/// @param lost packets that did not come
/// @param peerLost packets of ours that the peer reported lost
/// @param jitterMillis interarrival jitter (RFC 3550 A.8)
public record MediaSummary(
        String codec,
        int codecChanges,
        long sent,
        long received,
        long lost,
        long peerLost,
        double jitterMillis) {

    /// Of a leg that never carried media.
    public static final MediaSummary NONE = new MediaSummary("none", 0, 0, 0, 0, 0, 0);

    @Override
    public String toString() {
        return "%s codecChanges=%d sent=%d received=%d lost=%d peerLost=%d jitterMillis=%.1f"
                .formatted(codec, codecChanges, sent, received, lost, peerLost, jitterMillis);
    }
}
