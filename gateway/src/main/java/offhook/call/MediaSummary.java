package offhook.call;

import java.util.Locale;

/// What became of a leg's media, told when it ends. Figures that nobody has measured are
/// [Double#NaN].
///
/// @param codec what was sent last, by its encoding name
/// @param codecChanges how often what was sent changed on the way
/// @param sent packets we sent
/// @param received packets that came
/// @param lost packets that did not come
/// @param unplayed packets that did not come in time
/// @param concealedMillis audio that was made up for them
/// @param peerLost packets of ours that the peer reported lost
/// @param jitterMillis interarrival jitter (RFC 3550 A.8)
/// @param roundTripMillis to the peer and back
/// @param bufferMillis what the jitter buffer added on the way from the peer, on the average
/// @param mos the mean opinion of how we heard the peer, over the whole call (ITU-T G.107), in
///   hundredths, so that all who show or compare it have the same; without the network's delay
///   where `roundTripMillis` is unknown
/// @param peerMos the same of how the peer heard us
public record MediaSummary(
        String codec,
        int codecChanges,
        long sent,
        long received,
        long lost,
        long unplayed,
        long concealedMillis,
        long peerLost,
        double jitterMillis,
        double roundTripMillis,
        double bufferMillis,
        double mos,
        double peerMos) {

    /// Of a leg that never carried media.
    public static final MediaSummary NONE = of(LegQuality.unmeasured("none"), 0);

    /// The summary of figures that are of the whole call.
    public static MediaSummary of(LegQuality whole, int codecChanges) {
        return new MediaSummary(
                whole.codecOut(),
                codecChanges,
                whole.outbound().packets(),
                whole.inbound().packets(),
                whole.inbound().lost(),
                whole.inbound().unplayed(),
                whole.inbound().concealedMillis(),
                whole.outbound().peerLost(),
                whole.inbound().jitterMillis(),
                whole.roundTripMillis(),
                whole.inbound().bufferMillis(),
                hundredths(whole.inbound().opinion().mos()),
                hundredths(whole.outbound().opinion().mos()));
    }

    private static double hundredths(double mos) {
        return Double.isNaN(mos) ? mos : Math.round(mos * 100) / 100.0;
    }

    /// The worse of both directions; NaN: nobody measured either.
    public double worstMos() {
        return Double.isNaN(mos) || peerMos < mos ? peerMos : mos;
    }

    /// How long what the peer sends is on its way until we play it on: half the way there and back,
    /// and the jitter buffer where there is one.
    public double delayMillis() {
        return roundTripMillis / 2 + (Double.isNaN(bufferMillis) ? 0 : bufferMillis);
    }

    @Override
    public String toString() {
        return ("%s codecChanges=%d sent=%d received=%d lost=%d unplayed=%d concealedMillis=%d peerLost=%d"
                        + " jitterMillis=%s bufferMillis=%s roundTripMillis=%s mos=%s peerMos=%s")
                .formatted(
                        codec,
                        codecChanges,
                        sent,
                        received,
                        lost,
                        unplayed,
                        concealedMillis,
                        peerLost,
                        known(jitterMillis, 1),
                        known(bufferMillis, 1),
                        known(roundTripMillis, 1),
                        known(mos, 2),
                        known(peerMos, 2));
    }

    private static String known(double figure, int decimals) {
        return Double.isNaN(figure)
                ? "unknown"
                : String.format(Locale.ROOT, "%." + decimals + "f", figure);
    }
}
