package offhook.codec.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import org.testng.annotations.Test;

public class LogSpectralDistanceTest {

    @Test
    public void aChangeOfLevelIsThatManyDecibels() {
        Recording noise = Chain.noise(new Recording(new short[16_000], 8000));
        short[] half = noise.pcm();
        for (int i = 0; i < half.length; i++) {
            half[i] /= 2;
        }

        assertThat(LogSpectralDistance.of(noise, new Recording(half, 8000)))
                .isCloseTo(6.02, within(0.05));
    }

    @Test
    public void silenceAndShortnessHaveNoDistance() {
        Recording silence = new Recording(new short[8000], 8000);

        assertThat(LogSpectralDistance.of(silence, Chain.noise(silence))).isZero();
        assertThat(LogSpectralDistance.of(new Recording(new short[0], 8000), silence)).isZero();
    }
}
