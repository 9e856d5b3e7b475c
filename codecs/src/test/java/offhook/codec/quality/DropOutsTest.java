package offhook.codec.quality;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import offhook.codec.dsp.Tone;
import org.testng.annotations.Test;

public class DropOutsTest {

    @Test
    public void onlyGapsLongerThanTheLimitCount() {
        short[] tone = new short[8 * 8000];
        Tone.milliwatt(8000).fill(tone, 0, tone.length);
        short[] broken = tone.clone();
        silence(broken, 1000, 30);
        silence(broken, 2000, 40);
        silence(broken, 3000, 50);
        silence(broken, 4000, 500);
        silence(broken, 6000, 45);

        int count = DropOuts.count(new Recording(tone, 8000), new Recording(broken, 8000), 40);

        assertThat(count).isEqualTo(3);
    }

    @Test
    public void silenceOfBothIsNoGap() {
        short[] tone = new short[8000];
        Tone.milliwatt(8000).fill(tone, 0, tone.length);
        silence(tone, 300, 400);
        Recording recording = new Recording(tone, 8000);

        assertThat(DropOuts.count(recording, recording, 40)).isZero();
    }

    @Test
    public void quietSpeechIsNoGap() {
        short[] tone = new short[8000];
        short[] quiet = new short[8000];
        Tone.milliwatt(8000).fill(tone, 0, tone.length);
        new Tone(8000, -15, 1004).fill(quiet, 0, quiet.length);

        assertThat(DropOuts.count(new Recording(tone, 8000), new Recording(quiet, 8000), 40))
                .isZero();
    }

    private static void silence(short[] pcm, int atMillis, int millis) {
        Arrays.fill(pcm, atMillis * 8, (atMillis + millis) * 8, (short) 0);
    }
}
