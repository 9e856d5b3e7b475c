package offhook.ops;

/// What came of one call of the gateway to itself. What is not known is not a number.
///
/// @param at when it was over, ISO 8601; empty: there was none yet
/// @param succeeded whether both ends heard each other
/// @param stage the stage that failed: `sip`, `ice`, `dtls`, `audio-to-browser`, `audio-to-phone`;
///   empty: none did; `skipped` when the gateway was too busy, or refuses calls
/// @param text in words
/// @param setUpSeconds from the INVITE to the answer
/// @param delayToBrowserSeconds from the phone's packet to the browser's end
/// @param delayToPhoneSeconds the other way
/// @param levelToBrowserDb how much louder it came than it was sent
/// @param levelToPhoneDb the other way
/// @param purityToBrowserDb how far all else lies below the tone
/// @param purityToPhoneDb the other way
/// @param lossToBrowserPercent packets that did not come
/// @param lossToPhonePercent the other way
public record ProbeReport(
        String at,
        boolean succeeded,
        String stage,
        String text,
        double setUpSeconds,
        double delayToBrowserSeconds,
        double delayToPhoneSeconds,
        double levelToBrowserDb,
        double levelToPhoneDb,
        double purityToBrowserDb,
        double purityToPhoneDb,
        double lossToBrowserPercent,
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
