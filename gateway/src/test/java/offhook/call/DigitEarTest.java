package offhook.call;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Map;
import offhook.call.CallInput.DigitReceived;
import offhook.call.DigitEar.Verdict;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class DigitEarTest {

    private static final LegId LEG = new LegId(new CallId("c"), 0);

    private DigitEar ear;
    private StringBuilder taken;

    @BeforeMethod
    public void listen() {
        ear = new DigitEar();
        taken = new StringBuilder();
    }

    private DigitEarTest hear(long millis, DigitPath path, char digit, int durationMillis) {
        DigitReceived input = new DigitReceived(LEG, digit, durationMillis, path);
        if (ear.hear(input, millis * 1_000_000L) == Verdict.TAKEN) {
            taken.append(digit);
        }
        return this;
    }

    @Test
    public void digitsOfOnePathAreAllTaken() {
        for (int i = 0; i < 10; i++) {
            hear(i * 100L, DigitPath.EVENTS, '5', 80);
        }

        assertThat(taken).hasToString("5555555555");
    }

    @DataProvider
    Object[][] pairs() {
        return new Object[][] {
            // The other telling comes so much later than the event.
            {DigitPath.INFO, -250},
            {DigitPath.INFO, -10},
            {DigitPath.INFO, 10},
            {DigitPath.INFO, 290},
            {DigitPath.INFO, 700},
            {DigitPath.INFO, 1900},
            {DigitPath.INBAND, -100},
            {DigitPath.INBAND, 20},
        };
    }

    /// 0000, 1221, 12#: equal ones in a row are where doubles are hard to tell.
    @Test(dataProvider = "pairs")
    public void digitsToldTwiceAreTakenOnce(DigitPath other, int laterMillis) {
        String pressed = "000012211212#";
        int gap = 300;
        for (int millis = -1000; millis < gap * pressed.length() + 3000; millis++) {
            int event = millis / gap;
            if (millis >= 0 && millis % gap == 0 && event < pressed.length()) {
                hear(5000 + millis, DigitPath.EVENTS, pressed.charAt(event), 80);
            }
            int at = millis - laterMillis;
            if (at >= 0 && at % gap == 0 && at / gap < pressed.length()) {
                hear(5000 + millis, other, pressed.charAt(at / gap), 80);
            }
        }

        assertThat(taken).hasToString(pressed);
    }

    @Test
    public void digitsToldInThreeWaysAreTakenOnce() {
        for (int i = 0; i < 8; i++) {
            hear(i * 300L, DigitPath.INBAND, '1', 80);
            hear(i * 300L + 30, DigitPath.INFO, '1', 80);
            hear(i * 300L + 60, DigitPath.EVENTS, '1', 80);
        }

        assertThat(taken).hasToString("11111111");
    }

    /// The INFO tells the press, the event the release.
    @Test
    public void longKeyIsItsOwnDouble() {
        hear(0, DigitPath.INFO, '9', 160).hear(7000, DigitPath.EVENTS, '9', 7000);

        assertThat(taken).hasToString("9");
    }

    @Test
    public void peerMayChangeItsPath() {
        hear(0, DigitPath.EVENTS, '5', 80).hear(3000, DigitPath.INFO, '5', 80);
        hear(3300, DigitPath.INFO, '6', 80).hear(3600, DigitPath.EVENTS, '7', 80);

        assertThat(taken).hasToString("5567");
    }

    @Test
    public void tonesAreNotBelievedOnceThePeerSignals() {
        hear(0, DigitPath.INBAND, '1', 80).hear(60_000, DigitPath.EVENTS, '2', 80);
        hear(120_000, DigitPath.INBAND, '3', 80);

        assertThat(taken).hasToString("12");
    }

    @Test
    public void floodPassesTwentyDigitsASecondWhateverThePath() {
        for (int i = 0; i < 10_000; i++) {
            DigitPath path = i % 2 == 0 ? DigitPath.EVENTS : DigitPath.INFO;
            hear(i, path, "0123456789*#ABCD".charAt(i % 16), 40);
        }

        assertThat(taken.length()).isEqualTo(200);
    }

    @Test
    public void countsTellThePathsAndNotTheKeys() {
        hear(0, DigitPath.EVENTS, '5', 80).hear(300, DigitPath.EVENTS, '5', 80);
        hear(9000, DigitPath.INFO, '5', 80).hear(9050, DigitPath.EVENTS, '5', 80);

        assertThat(ear.counts()).isEqualTo(Map.of(DigitPath.EVENTS, 2, DigitPath.INFO, 1));
    }
}
