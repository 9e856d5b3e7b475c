package offhook.probe;

import java.util.Locale;
import java.util.Optional;

/// What came of one call of the probe.
///
/// @param failed the stage that failed; empty: none
/// @param text in words
/// @param setUpSeconds from the INVITE to the answer, when both ends can speak; not a number when
///   it was not answered
/// @param browser what the browser's end heard
/// @param phone what the phone heard
public record ProbeResult(
        Optional<Stage> failed, String text, double setUpSeconds, Heard browser, Heard phone) {

    static ProbeResult failed(Stage stage, String text) {
        return new ProbeResult(Optional.of(stage), text, Double.NaN, Heard.NOTHING, Heard.NOTHING);
    }

    static ProbeResult of(double setUpSeconds, Heard browser, Heard phone) {
        Optional<Stage> failed =
                !browser.isGood()
                        ? Optional.of(Stage.AUDIO_TO_BROWSER)
                        : !phone.isGood() ? Optional.of(Stage.AUDIO_TO_PHONE) : Optional.empty();
        String text =
                String.format(
                        Locale.ROOT,
                        "answered after %.0f ms; to the browser: %s; to the phone: %s",
                        1000 * setUpSeconds,
                        words(browser),
                        words(phone));
        return new ProbeResult(failed, text, setUpSeconds, browser, phone);
    }

    private static String words(Heard heard) {
        return Double.isNaN(heard.delayMillis())
                ? "nothing was heard"
                : String.format(
                        Locale.ROOT,
                        "delay %.0f ms, level %+.1f dB, purity %.0f dB, loss %.1f %%",
                        heard.delayMillis(),
                        heard.levelChangeDb(),
                        heard.purityDb(),
                        heard.lossPercent());
    }

    /// Whether all went well.
    public boolean succeeded() {
        return failed.isEmpty();
    }
}
