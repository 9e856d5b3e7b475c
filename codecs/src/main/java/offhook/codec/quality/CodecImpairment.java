package offhook.codec.quality;

import offhook.codec.AudioCodec;

/// How much a codec takes from the rating of [EModel], without loss and with it (ITU-T G.113
/// Appendix I).
///
/// @param ie equipment impairment without loss
/// @param bpl packet-loss robustness: the loss in percent that takes half of what is left
public record CodecImpairment(double ie, double bpl) {

    /// G.711 whose losses are heard as silence (G.113 Table I.4).
    public static final CodecImpairment G711_SILENT = new CodecImpairment(0, 4.3);

    /// G.711 whose losses are concealed (G.711 Appendix I; G.113 Table I.4).
    public static final CodecImpairment G711_CONCEALED = new CodecImpairment(0, 25.1);

    /// What is left for an impairment to take (G.107 §7.5).
    private static final double REST = 95;

    /// A codec whose losses are concealed, as we and browsers do and phones are taken to do.
    ///
    /// Deviation: G.113 has no narrow-band figures of Opus and G.722. On the narrow-band scale
    /// nothing is better than G.711, and with concealment both are taken to bear losses as it does;
    /// a wide-band rating (G.107.1) would be of another scale and not comparable.
    public static CodecImpairment concealed(AudioCodec codec) {
        return switch (codec.encodingName()) {
            case "PCMU", "PCMA", "G722", "opus" -> G711_CONCEALED;
            default -> throw new IllegalArgumentException("no impairment known of " + codec);
        };
    }

    /// Ie-eff: what codec and loss take together (G.107 §7.5).
    ///
    /// @param lossPercent 0 to 100
    /// @param burstRatio 1 for losses by chance
    public double effective(double lossPercent, double burstRatio) {
        double loss = Math.clamp(lossPercent, 0, 100);
        return loss == 0 ? ie : ie + (REST - ie) * loss / (loss / burstRatio + bpl);
    }
}
