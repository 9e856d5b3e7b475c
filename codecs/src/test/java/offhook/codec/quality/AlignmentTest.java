package offhook.codec.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import java.util.List;
import offhook.codec.dsp.Resampler;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class AlignmentTest {

    private final Recording speech = TestSpeech.narrowband();

    @DataProvider
    public Object[][] delays() {
        return new Object[][] {{0}, {1}, {52}, {1600}, {12_345}};
    }

    @Test(dataProvider = "delays")
    public void aDelayIsFoundToTheSample(int samples) {
        Recording late = Chain.delayed(speech, samples);

        Alignment late1 = Alignment.of(speech, late, 2000);
        Alignment early = Alignment.of(late, speech, 2000);

        assertThat(late1.delayMillis()).isCloseTo(samples / 8.0, within(0.005));
        assertThat(early.delayMillis()).isCloseTo(-samples / 8.0, within(0.005));
        assertThat(late1.correlation()).isGreaterThan(0.95);
    }

    @Test
    public void aThirdOfASampleIsSeen() {
        // 3 times the rate, one sample late there, and back again.
        short[] fine = new Resampler(8000, 24_000).resample(speech.pcm());
        short[] late = new short[fine.length];
        System.arraycopy(fine, 0, late, 1, fine.length - 1);

        Alignment found = Alignment.of(speech, new Recording(late, 24_000).at(8000), 100);

        assertThat(found.delayMillis()).isCloseTo(1 / 24.0, within(0.01));
    }

    @Test
    public void aDelayBeyondTheSearchIsNotFound() {
        Alignment found = Alignment.of(speech, Chain.delayed(speech, 8000), 500);

        assertThat(found.delayMillis()).isBetween(-501.0, 501.0);
        assertThat(found.correlation()).isLessThan(0.7);
    }

    @Test
    public void aChangeBy50MillisecondsInTheMiddleIsSeenWhereItHappens() {
        short[] pcm = speech.pcm();
        short[] out = new short[pcm.length];
        int change = 8 * 8000;
        System.arraycopy(pcm, 0, out, 160, change);
        System.arraycopy(pcm, change, out, change + 560, pcm.length - change - 560);

        List<Alignment.Point> track =
                Alignment.track(speech, new Recording(out, 8000), 500, 250, 200);

        assertThat(track).hasSizeGreaterThan(40);
        for (Alignment.Point point : track) {
            if (point.atMillis() < 7_700) {
                assertThat(point.alignment().delayMillis())
                        .as("%s", point)
                        .isCloseTo(20, within(0.1));
            } else if (point.atMillis() > 8_300
                    && point.atMillis() < speech.durationMillis() - 500) {
                assertThat(point.alignment().delayMillis())
                        .as("%s", point)
                        .isCloseTo(70, within(0.1));
            }
        }
    }

    @Test
    public void whatEndsEarlyIsFollowedToItsEnd() {
        short[] whole = speech.pcm();
        short[] half = Arrays.copyOf(whole, whole.length / 2);

        List<Alignment.Point> points =
                Alignment.track(speech, new Recording(half, 8000), 600, 500, 250);

        double endMillis = half.length / 8.0;
        assertThat(points).anyMatch(p -> p.atMillis() > endMillis + 1000);
        assertThat(points)
                .filteredOn(p -> p.atMillis() < endMillis - 500)
                .isNotEmpty()
                .allMatch(p -> Math.abs(p.alignment().delayMillis()) < 0.1);
    }

    @Test
    public void silenceHasNoDelayAndNoLikeness() {
        Recording silence = new Recording(new short[8000], 8000);

        assertThat(Alignment.of(silence, speech, 100)).isEqualTo(new Alignment(0, 0));
        assertThat(Alignment.of(speech, silence, 100)).isEqualTo(new Alignment(0, 0));
        assertThat(Alignment.track(silence, speech, 400, 200, 100)).isEmpty();
    }
}
