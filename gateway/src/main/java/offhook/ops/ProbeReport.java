package offhook.ops;

/// What came of one call of the gateway to itself. What nobody measured is not a number.
public record ProbeReport(
        @Described("When it was over, ISO 8601; empty: there was none yet") String at,
        @Described("Whether both ends heard each other") boolean succeeded,
        @Described(
                        "The stage that failed: sip, ice, dtls, audio-to-browser, audio-to-phone;"
                                + " empty: none did; skipped when the gateway was too busy, or refuses"
                                + " calls")
                String stage,
        @Described("What came of it, in words") String text,
        @Described(value = "From the INVITE to the answer; NaN is unknown", units = "s")
                double setUpSeconds,
        @Described(
                        value = "From the phone's packet to the browser's end; NaN is unknown",
                        units = "s")
                double delayToBrowserSeconds,
        @Described(
                        value = "From the browser's packet to the phone's end; NaN is unknown",
                        units = "s")
                double delayToPhoneSeconds,
        @Described(
                        value =
                                "How much louder the browser heard it than it was sent; NaN is unknown",
                        units = "dB")
                double levelToBrowserDb,
        @Described(
                        value =
                                "How much louder the phone heard it than it was sent; NaN is unknown",
                        units = "dB")
                double levelToPhoneDb,
        @Described(
                        value =
                                "How far all else lies below the tone that the browser heard; NaN is"
                                        + " unknown",
                        units = "dB")
                double purityToBrowserDb,
        @Described(
                        value =
                                "How far all else lies below the tone that the phone heard; NaN is"
                                        + " unknown",
                        units = "dB")
                double purityToPhoneDb,
        @Described(
                        value = "Packets that did not come to the browser; NaN is unknown",
                        units = "percent")
                double lossToBrowserPercent,
        @Described(
                        value = "Packets that did not come to the phone; NaN is unknown",
                        units = "percent")
                double lossToPhonePercent) {

    /// Before the first.
    public static final ProbeReport NONE = notMade("", "", "no call was made yet");

    /// Of a call that was not made, or not answered.
    public static ProbeReport notMade(String at, String stage, String text) {
        double unknown = Double.NaN;
        return new ProbeReport(
                at, false, stage, text, unknown, unknown, unknown, unknown, unknown, unknown,
                unknown, unknown, unknown);
    }
}
