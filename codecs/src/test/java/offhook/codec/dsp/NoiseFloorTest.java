package offhook.codec.dsp;

import static org.assertj.core.api.Assertions.assertThat;

import org.assertj.core.data.Offset;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class NoiseFloorTest {

    @DataProvider
    public Object[][] backgrounds() {
        return new Object[][] {
            {8000, -70.0}, {8000, -50.0}, {8000, -40.0}, {16_000, -70.0}, {16_000, -50.0}
        };
    }

    @Test(dataProvider = "backgrounds")
    public void theBackgroundIsToldFromTheVoiceOverIt(int sampleRateHz, double levelDbov) {
        short[] frame = new short[sampleRateHz / 50];
        short[] word = new short[frame.length];
        NoiseFloor floor = new NoiseFloor(sampleRateHz);
        ComfortNoise background = new ComfortNoise();
        background.white(levelDbov);
        Tone voice = new Tone(sampleRateHz, -15, 150, 450, 900);

        for (int i = 0; i < 500; i++) {
            background.fill(frame, 0, frame.length);
            if (i % 60 < 50) {
                voice.fill(word, 0, word.length);
                for (int j = 0; j < frame.length; j++) {
                    frame[j] += word[j];
                }
            }
            floor.hear(frame, 0, frame.length);
        }

        assertThat(floor.levelDbov()).isCloseTo(levelDbov, Offset.offset(1.5));
    }

    @Test
    public void aNewBackgroundIsKnownWithinThreeSeconds() {
        short[] frame = new short[160];
        NoiseFloor floor = new NoiseFloor(8000);
        ComfortNoise background = new ComfortNoise();
        background.white(-65);
        for (int i = 0; i < 200; i++) {
            background.fill(frame, 0, frame.length);
            floor.hear(frame, 0, frame.length);
        }

        background.white(-45);
        for (int i = 0; i < 150; i++) {
            background.fill(frame, 0, frame.length);
            floor.hear(frame, 0, frame.length);
        }

        assertThat(floor.levelDbov()).isCloseTo(-45, Offset.offset(1.5));
    }

    @Test
    public void thereIsNoOpinionBeforeHalfASecond() {
        short[] frame = new short[160];
        NoiseFloor floor = new NoiseFloor(8000);
        Tone.milliwatt(8000).fill(frame, 0, 160);
        for (int i = 0; i < 24; i++) {
            floor.hear(frame, 0, 160);
        }

        assertThat(floor.levelDbov()).isEqualTo(Level.SILENCE_DBOV);
    }
}
