package offhook.codec.dsp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import org.testng.annotations.Test;

public class ToneDetectorTest {

    private final ToneDetector detector = new ToneDetector(8000);

    @Test
    public void aToneHasItsLevelAndItsNeighboursHaveNone() {
        short[] pcm = new short[1600];
        new Tone(8000, -20, 1004).fill(pcm, 0, pcm.length);

        assertThat(detector.levelDbov(pcm, 0, 1600, 1004)).isCloseTo(-26.18, within(0.02));
        assertThat(detector.levelDbov(pcm, 0, 1600, 1100)).isLessThan(-80);
        assertThat(detector.levelDbov(pcm, 0, 1600, 440)).isLessThan(-80);
    }

    @Test
    public void aToneIsFoundInNoiseAsLoudAsItself() {
        Random random = new Random(3);
        short[] pcm = new short[4000];
        new Tone(8000, -14, 620).fill(pcm, 0, pcm.length);
        for (int i = 0; i < pcm.length; i++) {
            pcm[i] += (short) (random.nextGaussian() * 3200);
        }

        assertThat(detector.levelDbov(pcm, 0, 4000, 620)).isCloseTo(-20.18, within(1.0));
        assertThat(detector.levelDbov(pcm, 0, 4000, 1500)).isLessThan(-35);
    }

    @Test
    public void silenceHasNoTone() {
        assertThat(detector.levelDbov(new short[160], 0, 160, 1000)).isEqualTo(-127);
    }
}
