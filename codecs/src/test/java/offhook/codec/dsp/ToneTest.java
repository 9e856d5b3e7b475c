package offhook.codec.dsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.within;

import offhook.codec.g711.ALaw;
import offhook.codec.g711.MuLaw;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class ToneTest {

    /// One period of 0 dBm0 at 1 kHz in µ-law and A-law codes (ITU-T G.711 tables 5 and 6).
    private static final int[] MILLIWATT_MU = {0x1E, 0x0B, 0x0B, 0x1E, 0x9E, 0x8B, 0x8B, 0x9E};

    private static final int[] MILLIWATT_A = {0x34, 0x21, 0x21, 0x34, 0xB4, 0xA1, 0xA1, 0xB4};

    @Test
    public void zeroDbm0IsTheLevelOfTheReferenceSequences() {
        short[] mu = new short[8];
        short[] a = new short[8];
        for (int i = 0; i < 8; i++) {
            mu[i] = MuLaw.decode((byte) MILLIWATT_MU[i]);
            a[i] = ALaw.decode((byte) MILLIWATT_A[i]);
        }
        short[] tone = new short[8000];
        Tone.milliwatt(8000).fill(tone, 0, tone.length);

        double level = Level.rmsDbov(tone, 0, tone.length);

        assertThat(level).isCloseTo(Level.rmsDbov(mu, 0, 8), within(0.05));
        assertThat(level).isCloseTo(Level.rmsDbov(a, 0, 8), within(0.05));
    }

    @Test
    public void framesContinueEachOther() {
        short[] whole = new short[480];
        short[] pieces = new short[480];
        Tone tone = Tone.milliwatt(8000);

        Tone.milliwatt(8000).fill(whole, 0, 480);
        tone.fill(pieces, 0, 160);
        tone.fill(pieces, 160, 1);
        tone.fill(pieces, 161, 319);

        assertThat(pieces).isEqualTo(whole);
    }

    @DataProvider
    public Object[][] keys() {
        return new Object[][] {
            {'1', 697, 1209}, {'5', 770, 1336}, {'9', 852, 1477}, {'D', 941, 1633},
            {'*', 941, 1209}, {'0', 941, 1336}, {'#', 941, 1477}, {'A', 697, 1633}
        };
    }

    @Test(dataProvider = "keys")
    public void aKeyIsItsTwoTonesAndNoOther(char key, int lowHz, int highHz) {
        short[] pcm = new short[800];
        Tone.dtmf(8000, key, -8).fill(pcm, 0, 800);
        ToneDetector detector = new ToneDetector(8000);

        for (int hz : new int[] {697, 770, 852, 941, 1209, 1336, 1477, 1633}) {
            double level = detector.levelDbov(pcm, 0, 800, hz);
            if (hz == lowHz || hz == highHz) {
                assertThat(level).as("%d Hz", hz).isCloseTo(-14.18, within(0.1));
            } else {
                assertThat(level).as("%d Hz", hz).isLessThan(-40);
            }
        }
    }

    @Test
    public void aLoudSumIsLimitedNotWrapped() {
        short[] pcm = new short[800];
        new Tone(8000, 3, 400, 410, 420).fill(pcm, 0, 800);

        for (int i = 1; i < 800; i++) {
            assertThat(Math.abs(pcm[i] - pcm[i - 1])).isLessThan(32_768);
        }
    }

    @Test
    public void whatDoesNotExistIsRefused() {
        assertThatThrownBy(() -> Tone.dtmf(8000, 'X', -8))
                .isInstanceOf(IllegalArgumentException.class);
        assertThatThrownBy(() -> new Tone(8000, 0, 4001))
                .isInstanceOf(IllegalArgumentException.class);
    }
}
