package offhook.e2e.speech;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class KeypadTest {

    @DataProvider
    public Object[][] lengths() {
        return new Object[][] {{50, 50}, {80, 60}, {250, 70}};
    }

    @Test(dataProvider = "lengths")
    public void keysAreFoundInTheirTones(int tone, int pause) {
        Pcm pcm = Keypad.tones(Keypad.KEYS + "5500", tone, pause);

        assertThat(Keypad.heardIn(pcm)).isEqualTo(Keypad.KEYS + "5500");
    }

    @Test
    public void lostPacketDoesNotPressAKeyAgain() {
        Pcm pcm = Keypad.tones("77", 200, 60);
        Arrays.fill(pcm.samples(), 600, 760, (short) 0);

        assertThat(Keypad.heardIn(pcm)).isEqualTo("77");
    }

    @Test
    public void otherSoundsAreNoKeys() {
        assertThat(Keypad.heardIn(new Pcm(8000, new short[8000]))).isEmpty();
        short[] tone = new short[8000];
        for (int i = 0; i < tone.length; i++) {
            tone[i] = (short) (9000 * Math.sin(2 * Math.PI * 697 * i / 8000));
        }
        assertThat(Keypad.heardIn(new Pcm(8000, tone))).isEmpty();
    }
}
