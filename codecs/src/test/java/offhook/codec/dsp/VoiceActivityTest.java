package offhook.codec.dsp;

import static org.assertj.core.api.Assertions.assertThat;

import offhook.codec.quality.TestSpeech;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class VoiceActivityTest {

    private static final double[] WHITE = {};

    /// Most power at the low end, as of a room with a fan.
    private static final double[] ROOM = {-0.9};

    @DataProvider
    public Object[][] backgrounds() {
        return new Object[][] {
            {8000, -40, WHITE},
            {8000, -50, WHITE},
            {8000, -60, WHITE},
            {8000, -40, ROOM},
            {8000, -50, ROOM},
            {8000, -60, ROOM},
            {16_000, -40, WHITE},
            {16_000, -60, ROOM},
        };
    }

    @Test(dataProvider = "backgrounds")
    public void aBackgroundIsKnownAfterASecond(int sampleRateHz, int levelDbov, double[] shape) {
        short[] noise = noise(sampleRateHz, levelDbov, shape, 500 * sampleRateHz / 50);

        assertThat(active(sampleRateHz, noise, 50, 500)).isLessThan(10);
    }

    @Test(dataProvider = "backgrounds")
    public void aLouderBackgroundIsLearntInFourSeconds(
            int sampleRateHz, int levelDbov, double[] shape) {
        int frame = sampleRateHz / 50;
        short[] pcm = noise(sampleRateHz, levelDbov, shape, 600 * frame);
        for (int i = 0; i < 200 * frame; i++) {
            pcm[i] /= 8;
        }

        assertThat(active(sampleRateHz, pcm, 200, 210)).isEqualTo(10);
        assertThat(active(sampleRateHz, pcm, 400, 600)).isLessThan(8);
    }

    /// Frames that are louder than the background by 3 dB and more.
    @Test(dataProvider = "backgrounds")
    public void aVoiceIsHeardOverTheBackground(int sampleRateHz, int levelDbov, double[] shape) {
        int frame = sampleRateHz / 50;
        short[] voice = TestSpeech.at(sampleRateHz).pcm();
        short[] pcm = noise(sampleRateHz, levelDbov, shape, voice.length);
        for (int i = 0; i < pcm.length; i++) {
            pcm[i] += voice[i];
        }
        VoiceActivity activity = new VoiceActivity(frame);
        int frames = 0;
        int missed = 0;
        for (int at = 0; at + frame <= pcm.length; at += frame) {
            boolean active = activity.isActive(pcm, at);
            if (Level.rmsDbov(voice, at, frame) > Math.max(levelDbov + 3, -60)) {
                frames++;
                missed += active ? 0 : 1;
            }
        }

        assertThat(frames).isGreaterThan(500);
        assertThat(missed).isLessThan(frames / 50);
    }

    @DataProvider
    public Object[][] tones() {
        return new Object[][] {
            {new double[] {425}},
            {new double[] {350, 440}},
            {new double[] {1004}},
            {new double[] {440, 480}},
            {new double[] {261.6, 523.2}},
        };
    }

    /// They are as even as a background, and as quiet as one.
    @Test(dataProvider = "tones")
    public void steadyTonesAreNoBackground(double[] frequenciesHz) {
        short[] pcm = new short[500 * 160];
        new Tone(8000, -36, frequenciesHz).fill(pcm, 0, pcm.length);

        assertThat(active(8000, pcm, 0, 500)).isEqualTo(500);
    }

    @Test
    public void aMutedMicrophoneIsSilenceFromTheStart() {
        assertThat(active(8000, new short[100 * 160], 0, 100)).isZero();
    }

    @Test
    public void nothingIsLeftOutBeforeTheBackgroundIsKnown() {
        assertThat(active(8000, noise(8000, -50, WHITE, 25 * 160), 0, 24)).isEqualTo(24);
    }

    private static int active(int sampleRateHz, short[] pcm, int fromFrame, int toFrame) {
        int frame = sampleRateHz / 50;
        VoiceActivity activity = new VoiceActivity(frame);
        int active = 0;
        for (int i = 0; i < toFrame; i++) {
            active += activity.isActive(pcm, i * frame) && i >= fromFrame ? 1 : 0;
        }
        return active;
    }

    private static short[] noise(int sampleRateHz, int levelDbov, double[] shape, int samples) {
        short[] pcm = new short[samples];
        ComfortNoise noise = new ComfortNoise();
        noise.shape(levelDbov, shape, shape.length);
        noise.fill(pcm, 0, sampleRateHz / 50);
        noise.fill(pcm, 0, samples);
        return pcm;
    }
}
