package offhook.codec.quality;

import static org.assertj.core.api.Assertions.assertThat;

import offhook.codec.opus.OpusDecoder;
import offhook.codec.opus.OpusEncoder;
import offhook.codec.opus.OpusSettings;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// What speech loses when Opus is given less CPU, at once or on the way.
public class ComplexityTest {

    private static final int FRAME = 160;
    private static final int[] STEPS = {5, 2, 0, 2};

    private final Recording speech = TestSpeech.narrowband();

    @DataProvider
    public Object[][] framesBetweenSteps() {
        return new Object[][] {{Integer.MAX_VALUE}, {50}, {1}};
    }

    @Test(dataProvider = "framesBetweenSteps")
    public void changesOnTheWayAreNotHeard(int framesBetween) {
        SpeechReport report = coded(5, framesBetween);
        System.out.println("complexity changes each " + framesBetween + " frames: " + report);

        assertThat(report.stoi()).isGreaterThan(0.985);
        assertThat(report.lsdDb()).isLessThan(2.6);
        assertThat(report.levelDifferenceDb()).isBetween(-0.5, 0.5);
        assertThat(report.dropOutsOver40Millis()).isZero();
    }

    @Test
    public void theLeastComplexityCarriesSpeechAsWell() {
        SpeechReport report = coded(0, Integer.MAX_VALUE);
        System.out.println("complexity 0: " + report);

        assertThat(report.stoi()).isGreaterThan(0.98);
        assertThat(report.lsdDb()).isLessThan(2.8);
        assertThat(report.dropOutsOver40Millis()).isZero();
    }

    private SpeechReport coded(int complexity, int framesBetween) {
        short[] pcm = speech.pcm();
        short[] out = new short[pcm.length / FRAME * FRAME];
        byte[] payload = new byte[1500];
        OpusSettings settings = new OpusSettings(8000, complexity, 24_000, true, 0, false);
        try (OpusEncoder encoder = new OpusEncoder(settings);
                OpusDecoder decoder = new OpusDecoder(8000)) {
            for (int frame = 0; frame < out.length / FRAME; frame++) {
                if (frame > 0 && frame % framesBetween == 0) {
                    encoder.setComplexity(STEPS[frame / framesBetween % STEPS.length]);
                }
                int bytes = encoder.encode(pcm, frame * FRAME, FRAME, payload, 0);
                decoder.decode(payload, 0, bytes, out, frame * FRAME);
            }
        }
        return SpeechReport.compare(speech, new Recording(out, 8000));
    }
}
