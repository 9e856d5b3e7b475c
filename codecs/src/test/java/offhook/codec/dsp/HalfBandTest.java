package offhook.codec.dsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class HalfBandTest {

    @DataProvider
    public static Object[][] voiceTones() {
        return new Object[][] {{200.0}, {1004.0}, {2000.0}, {3000.0}, {3400.0}};
    }

    @Test(dataProvider = "voiceTones")
    public void telephoneBandKeepsItsLevelUpAndDown(double hz) {
        short[] narrow = tone(8000, hz, 8000);
        short[] wide = new short[16_000];
        short[] back = new short[8000];

        assertThat(new HalfBand().up(narrow, 0, 8000, wide, 0)).isEqualTo(16_000);
        assertThat(pieces(new HalfBand(), wide, back)).isEqualTo(8000);

        double level = new ToneDetector(8000).levelDbov(narrow, 1000, 6000, hz);
        assertThat(new ToneDetector(16_000).levelDbov(wide, 2000, 12_000, hz))
                .isCloseTo(level, within(0.3));
        assertThat(new ToneDetector(8000).levelDbov(back, 1000, 6000, hz))
                .isCloseTo(level, within(0.6));
        // The image that doubling makes lies as far above 4 kHz.
        assertThat(new ToneDetector(16_000).levelDbov(wide, 2000, 12_000, 8000 - hz))
                .isLessThan(level - 25);
    }

    @Test
    public void whatANarrowBandCannotHoldIsLeftOut() {
        short[] wide = tone(16_000, 5000, 16_000);
        short[] narrow = new short[8000];

        new HalfBand().down(wide, 0, 16_000, narrow, 0);

        assertThat(Level.rmsDbov(narrow, 1000, 6000)).isLessThan(-50);
    }

    /// In pieces of uneven length, as packets come.
    private static int pieces(HalfBand filter, short[] wide, short[] narrow) {
        int done = 0;
        int written = 0;
        for (int piece = 2; done < wide.length; piece = piece % 700 + 26) {
            int count = Math.min(piece, wide.length - done);
            written += filter.down(wide, done, count, narrow, written);
            done += count;
        }
        return written;
    }

    private static short[] tone(int rateHz, double hz, int samples) {
        short[] pcm = new short[samples];
        new Tone(rateHz, -10, hz).fill(pcm, 0, samples);
        return pcm;
    }
}
