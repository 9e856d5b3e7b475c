package offhook.codec.dsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.testng.annotations.Test;

public class LevelTest {

    @Test
    public void aFullScaleSquareWaveIsZeroDbov() {
        short[] pcm = new short[160];
        for (int i = 0; i < pcm.length; i++) {
            pcm[i] = i % 8 < 4 ? Short.MAX_VALUE : Short.MIN_VALUE;
        }

        assertThat(Level.rmsDbov(pcm, 0, 160)).isCloseTo(0, within(0.001));
        assertThat(Level.peakDbov(pcm, 0, 160)).isCloseTo(0, within(0.001));
    }

    @Test
    public void silenceIsMinus127() {
        assertThat(Level.rmsDbov(new short[160], 0, 160)).isEqualTo(-127);
        assertThat(Level.peakDbov(new short[160], 0, 160)).isEqualTo(-127);
        assertThat(Level.rmsDbov(new short[160], 0, 0)).isEqualTo(-127);
    }

    @Test
    public void onlyTheGivenSamplesCount() {
        short[] pcm = new short[480];
        Arrays.fill(pcm, 160, 320, (short) 3277);

        assertThat(Level.rmsDbov(pcm, 160, 160)).isCloseTo(-20, within(0.01));
        assertThat(Level.rmsDbov(pcm, 320, 160)).isEqualTo(-127);
    }
}
