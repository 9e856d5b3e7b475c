package offhook.e2e.bench;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import offhook.e2e.speech.Pcm;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class FloorTest {

    /// Ten seconds of noise, so that a conversation has its two parts.
    private static Pcm noise() {
        var random = new Random(7);
        short[] samples = new short[10 * 48_000];
        for (int i = 0; i < samples.length; i++) {
            samples[i] = (short) (3000 * random.nextGaussian());
        }
        return new Pcm(48_000, samples);
    }

    private static Floor floor(Mode mode) {
        return new Floor(mode, mode.webSays(noise()), mode.phoneSays(noise()));
    }

    @DataProvider
    public Object[][] modes() {
        return new Object[][] {
            {Mode.OPUS}, {Mode.OPUS_CONVERSATION}, {Mode.G722}, {Mode.PASSTHROUGH}
        };
    }

    /// A call cannot take more than its second of a core, and not nothing.
    @Test(dataProvider = "modes")
    public void everyModeHasOne(Mode mode) {
        double millis = floor(mode).measure(2, 0, 1);

        assertThat(millis).isBetween(0.1, 1000.0);
    }

    /// Most of it is in the buffers that the library makes for each packet.
    @Test
    public void srtpAllocatesALittleForEachPacket() {
        Floor.Allocation bytes = floor(Mode.OPUS).srtpAllocation();

        assertThat(bytes.protect()).isBetween(0.0, 2000.0);
        assertThat(bytes.unprotect()).isBetween(0.0, 2000.0);
    }
}
