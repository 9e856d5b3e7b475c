package offhook.codec.telephony;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.ArrayList;
import java.util.List;
import offhook.codec.dsp.Level;
import offhook.codec.dsp.ToneDetector;
import org.assertj.core.data.Offset;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class DtmfGeneratorTest {

    @DataProvider
    public Object[][] rates() {
        return new Object[][] {{8000}, {16_000}};
    }

    @Test(dataProvider = "rates")
    public void everyKeyHasItsTwoTonesAtTheirLevels(int sampleRateHz) {
        short[] pcm = new short[sampleRateHz / 5];
        ToneDetector ear = new ToneDetector(sampleRateHz);
        for (DtmfEvent event : DtmfEvent.values()) {
            DtmfGenerator generator = new DtmfGenerator(sampleRateHz);
            generator.press(event, 7);
            generator.fill(pcm, 0, pcm.length);

            int from = sampleRateHz / 50;
            int samples = pcm.length - from;
            double total = Level.rmsDbov(pcm, from, samples);
            assertThat(total - Level.DBM0_IN_DBOV).isCloseTo(-7, Offset.offset(0.1));
            double low = ear.levelDbov(pcm, from, samples, event.lowHz());
            double high = ear.levelDbov(pcm, from, samples, event.highHz());
            assertThat(high - low).isCloseTo(2, Offset.offset(0.1));
            assertThat(low - Level.DBM0_IN_DBOV).isCloseTo(-11.1, Offset.offset(0.2));
        }
    }

    @Test
    public void theToneRisesAndFallsWithoutAStep() {
        short[] pcm = new short[2000];
        DtmfGenerator generator = new DtmfGenerator(8000);
        generator.press(DtmfEvent.DIGIT_1, 7);
        generator.fill(pcm, 0, 800);
        generator.release();
        generator.fill(pcm, 800, 1200);

        int peak = 0;
        for (short sample : pcm) {
            peak = Math.max(peak, Math.abs(sample));
        }
        assertThat(Math.abs(pcm[1])).isLessThan(peak / 8);
        for (int i = 800; i < 816; i++) {
            assertThat(Math.abs(pcm[i])).isLessThanOrEqualTo(peak * (817 - i) / 16);
        }
        assertThat(pcm[820]).isZero();
        assertThat(generator.isIdle()).isTrue();
    }

    @Test(dataProvider = "rates")
    public void keysThatAreHitFasterThanTheySoundAreAllPlayed(int sampleRateHz) {
        DtmfGenerator generator = new DtmfGenerator(sampleRateHz);
        String keys = "0123456789*#ABCD5566";
        for (char key : keys.toCharArray()) {
            assertThat(generator.press(DtmfEvent.ofDigit(key).orElseThrow(), 10)).isTrue();
            generator.release();
        }

        StringBuilder heard = new StringBuilder();
        List<Integer> durations = new ArrayList<>();
        DtmfDetector detector = detector(sampleRateHz, heard, durations);
        short[] frame = new short[sampleRateHz / 50];
        int frames = 0;
        while (!generator.isIdle()) {
            generator.fill(frame, 0, frame.length);
            detector.onAudio(frame, 0, frame.length);
            frames++;
        }

        assertThat(heard).hasToString(keys);
        assertThat(durations).allSatisfy(millis -> assertThat(millis).isBetween(55, 70));
        assertThat(frames).isBetween(keys.length() * 6, keys.length() * 6 + 4);
    }

    @Test
    public void aHeldKeySoundsUntilItIsReleased() {
        DtmfGenerator generator = new DtmfGenerator(8000);
        StringBuilder heard = new StringBuilder();
        List<Integer> durations = new ArrayList<>();
        DtmfDetector detector = detector(8000, heard, durations);
        short[] frame = new short[160];

        generator.press(DtmfEvent.POUND, 10);
        for (int i = 0; i < 50; i++) {
            if (i == 30) {
                generator.release();
            }
            generator.fill(frame, 0, 160);
            detector.onAudio(frame, 0, 160);
        }

        assertThat(heard).hasToString("#");
        assertThat(durations.getFirst()).isBetween(590, 610);
    }

    @Test
    public void keysBeyondTheQueueAreRefused() {
        DtmfGenerator generator = new DtmfGenerator(8000);
        for (int i = 0; i < 32; i++) {
            assertThat(generator.press(DtmfEvent.STAR, 10)).isTrue();
        }

        assertThat(generator.press(DtmfEvent.STAR, 10)).isFalse();
        assertThatThrownBy(() -> generator.press(DtmfEvent.STAR, 64))
                .isInstanceOf(IllegalArgumentException.class);
    }

    @Test
    public void nothingPressedIsSilence() {
        short[] pcm = {1, 2, 3};
        DtmfGenerator generator = new DtmfGenerator(8000);

        generator.fill(pcm, 0, 3);

        assertThat(pcm).containsOnly(0);
        assertThat(generator.isIdle()).isTrue();
    }

    private static DtmfDetector detector(
            int sampleRateHz, StringBuilder heard, List<Integer> durations) {
        return new DtmfDetector(
                sampleRateHz,
                new DtmfDetector.Listener() {
                    @Override
                    public void onDigitBegin(DtmfEvent event, int samplesAgo) {
                        heard.append(event.digit());
                    }

                    @Override
                    public void onDigitEnd(DtmfEvent event, int durationMillis) {
                        durations.add(durationMillis);
                    }
                });
    }
}
