package offhook.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import offhook.codec.AudioCodec;
import offhook.codec.dsp.Level;
import offhook.codec.dsp.Tone;
import offhook.codec.dsp.ToneDetector;
import offhook.codec.telephony.DtmfEvent;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// What is heard is measured with filters that know nothing of how it was made.
public class DigitTonesTest {

    private static final int[] LOW = {697, 770, 852, 941};
    private static final int[] HIGH = {1209, 1336, 1477, 1633};
    private static final String KEYS = "123A456B789C*0#D";

    /// A stretch of one sound.
    ///
    /// @param key the key; a blank for silence, a dot for anything else
    private record Stretch(char key, int millis) {}

    @DataProvider
    Object[][] rates() {
        return new Object[][] {{8000}, {16_000}};
    }

    @Test(dataProvider = "rates")
    public void everyKeySoundsInItsTimeWithAPauseBehind(int rateHz) {
        DigitTones tones = new DigitTones();
        for (char key : KEYS.toCharArray()) {
            tones.offer(event(key), 100);
        }
        tones.offer(event('D'), 100);

        short[] pcm = play(tones, rateHz, 18 * 160);

        StringBuilder keys = new StringBuilder();
        for (Stretch stretch : stretches(pcm, rateHz)) {
            if (KEYS.indexOf(stretch.key) >= 0) {
                keys.append(stretch.key);
                assertThat(stretch.millis).isBetween(90, 115);
            }
        }
        assertThat(keys).hasToString(KEYS + "D");
        assertThat(pauses(pcm, rateHz)).hasSize(17).allMatch(millis -> millis >= 55);
        assertThat(tones.wants(AudioCodec.PCMA)).isFalse();
    }

    @Test
    public void audioIsLeftAloneOtherwise() {
        DigitTones tones = new DigitTones();
        assertThat(tones.wants(AudioCodec.PCMU)).isFalse();
        tones.offer(event('5'), 80);

        List<Stretch> heard = stretches(play(tones, 8000, 400), 8000);

        assertThat(heard.getFirst().key).isEqualTo('5');
        assertThat(heard.getLast().key).isEqualTo('.');
        assertThat(heard.getLast().millis).isBetween(240, 265);
    }

    @Test
    public void shortestIsHeardAndLongestEnds() {
        DigitTones tones = new DigitTones();
        tones.offer(event('1'), 1);
        tones.offer(event('2'), Integer.MAX_VALUE);
        tones.offer(event('3'), 60);

        List<Stretch> heard = stretches(play(tones, 8000, 10_500), 8000);

        assertThat(heard.stream().map(Stretch::key).filter(key -> key != ' ' && key != '.'))
                .containsExactly('1', '2', '3');
        assertThat(heard.get(0).millis).isBetween(50, 75);
        assertThat(heard.get(2).millis).isBetween(9985, 10_015);
    }

    @Test
    public void onlySoManyWait() {
        DigitTones tones = new DigitTones();
        int taken = 0;
        while (taken < 1000 && tones.offer(event('1'), 100)) {
            taken++;
        }

        assertThat(taken).isBetween(24, 64);
    }

    private static DtmfEvent event(char key) {
        return DtmfEvent.ofDigit(key).orElseThrow();
    }

    /// Plays over a tone that stands for a voice, in frames of 20 ms as they are encoded.
    private static short[] play(DigitTones tones, int rateHz, int millis) {
        short[] pcm = new short[rateHz / 1000 * millis];
        new Tone(rateHz, -10, 400).fill(pcm, 0, pcm.length);
        int frame = rateHz / 50;
        for (int at = 0; at + frame <= pcm.length; at += frame) {
            if (tones.wants(AudioCodec.PCMA)) {
                tones.onAudio(pcm, at, frame, rateHz);
            }
        }
        return pcm;
    }

    /// Lengths of what is silent to the sample, in milliseconds.
    private static List<Integer> pauses(short[] pcm, int rateHz) {
        List<Integer> pauses = new ArrayList<>();
        int silent = 0;
        for (short sample : pcm) {
            int millis = silent * 1000 / rateHz;
            if (sample == 0) {
                silent++;
            } else {
                if (millis > 5) {
                    pauses.add(millis);
                }
                silent = 0;
            }
        }
        return pauses;
    }

    private static List<Stretch> stretches(short[] pcm, int rateHz) {
        int hop = rateHz / 200;
        int window = 4 * hop;
        List<Stretch> stretches = new ArrayList<>();
        for (int at = 0; at + window <= pcm.length; at += hop) {
            char key = key(pcm, at, window, rateHz);
            if (stretches.isEmpty() || stretches.getLast().key != key) {
                stretches.add(new Stretch(key, 0));
            }
            Stretch last = stretches.removeLast();
            stretches.add(new Stretch(key, last.millis + 5));
        }
        // Where the window holds the end of one sound and the beginning of another it shows
        // neither.
        List<Stretch> clear = new ArrayList<>();
        for (Stretch stretch : stretches) {
            if (stretch.millis > 20) {
                clear.add(new Stretch(stretch.key, stretch.millis));
            }
        }
        return clear;
    }

    private static char key(short[] pcm, int at, int window, int rateHz) {
        if (Level.rmsDbov(pcm, at, window) < -50) {
            return ' ';
        }
        ToneDetector detector = new ToneDetector(rateHz);
        int low = loudest(detector, pcm, at, window, LOW);
        int high = loudest(detector, pcm, at, window, HIGH);
        double weaker =
                Math.min(
                        detector.levelDbov(pcm, at, window, LOW[low]),
                        detector.levelDbov(pcm, at, window, HIGH[high]));
        return weaker < -25 ? '.' : KEYS.charAt(4 * low + high);
    }

    private static int loudest(
            ToneDetector detector, short[] pcm, int at, int window, int[] frequencies) {
        int loudest = 0;
        for (int i = 1; i < frequencies.length; i++) {
            if (detector.levelDbov(pcm, at, window, frequencies[i])
                    > detector.levelDbov(pcm, at, window, frequencies[loudest])) {
                loudest = i;
            }
        }
        return loudest;
    }
}
