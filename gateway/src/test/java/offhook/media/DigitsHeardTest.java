package offhook.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import offhook.call.CallId;
import offhook.call.CallInput.DigitReceived;
import offhook.call.DigitPath;
import offhook.call.LegId;
import offhook.codec.AudioCodec;
import offhook.codec.dsp.Level;
import offhook.codec.dsp.Tone;
import offhook.codec.telephony.DtmfEvent;
import offhook.config.TrunkConfig.Dtmf;
import org.testng.annotations.BeforeMethod;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class DigitsHeardTest {

    private static final String KEYS = "0123456789*#ABCD";
    private static final LegId LEG = new LegId(new CallId("c"), 0);

    private List<DigitReceived> heard;

    @BeforeMethod
    public void begin() {
        heard = new ArrayList<>();
    }

    private DigitsHeard listener(Dtmf setting) {
        return new DigitsHeard(
                setting,
                new LegEvents(
                        LEG,
                        new OverheardCall(LEG.call(), input -> heard.add((DigitReceived) input))));
    }

    private String keys() {
        StringBuilder keys = new StringBuilder();
        heard.forEach(digit -> keys.append(digit.digit()));
        return keys.toString();
    }

    @DataProvider
    Object[][] tones() {
        return new Object[][] {{8000, 50}, {8000, 80}, {8000, 250}, {16_000, 80}};
    }

    @Test(dataProvider = "tones")
    public void everyKeyIsHeardOnce(int rateHz, int millis) {
        DigitsHeard listener = listener(Dtmf.INBAND);
        for (char key : (KEYS + "55").toCharArray()) {
            listener.onAudio(tone(key, rateHz, millis), 0, millis * rateHz / 1000, rateHz);
            listener.onAudio(new short[rateHz / 10], 0, rateHz / 10, rateHz);
        }

        assertThat(keys()).isEqualTo(KEYS + "55");
        assertThat(heard).allMatch(d -> d.path() == DigitPath.INBAND && d.leg().equals(LEG));
        assertThat(heard).allMatch(d -> Math.abs(d.durationMillis() - millis) <= 15);
    }

    /// What a gateway plays another one hears.
    @Test
    public void itHearsWhatWePlay() {
        DigitTones tones = new DigitTones();
        for (char key : KEYS.toCharArray()) {
            tones.offer(DtmfEvent.ofDigit(key).orElseThrow(), 80);
        }
        DigitsHeard listener = listener(Dtmf.AUTO);
        listener.agree(false, AudioCodec.PCMU);
        short[] frame = new short[160];
        while (tones.wants(AudioCodec.PCMU)) {
            tones.onAudio(frame, 0, 160, 8000);
            listener.onAudio(frame, 0, 160, 8000);
        }

        assertThat(keys()).isEqualTo(KEYS);
    }

    @Test
    public void toneIsTakenOutOnceItIsSure() {
        DigitsHeard listener = listener(Dtmf.INBAND);
        short[] pcm = tone('5', 8000, 1000);
        for (int at = 0; at < pcm.length; at += 160) {
            listener.onAudio(pcm, at, 160, 8000);
        }

        assertThat(Level.rmsDbov(pcm, 0, 160)).isGreaterThan(-20);
        assertThat(Level.rmsDbov(pcm, 480, pcm.length - 480)).isEqualTo(Level.SILENCE_DBOV);

        short[] voice = new short[800];
        new Tone(8000, -10, 400).fill(voice, 0, 800);
        listener.onAudio(voice, 0, 400, 8000);
        short[] before = Arrays.copyOfRange(voice, 400, 800);
        listener.onAudio(voice, 400, 400, 8000);
        assertThat(Arrays.copyOfRange(voice, 400, 800)).isEqualTo(before);
    }

    @Test
    public void toneEndsWithTheAudio() {
        DigitsHeard listener = listener(Dtmf.INBAND);
        listener.onAudio(tone('5', 8000, 100), 0, 800, 8000);
        listener.onTick();
        assertThat(heard).isEmpty();

        listener.onTick();
        assertThat(keys()).isEqualTo("5");
    }

    @Test
    public void otherRateIsAnotherLine() {
        DigitsHeard listener = listener(Dtmf.INBAND);
        listener.onAudio(tone('5', 8000, 100), 0, 800, 8000);
        listener.onAudio(tone('6', 16_000, 100), 0, 1600, 16_000);
        listener.onAudio(new short[4800], 0, 4800, 48_000);

        assertThat(keys()).isEqualTo("56");
    }

    @DataProvider
    Object[][] settings() {
        return new Object[][] {
            {Dtmf.INBAND, true, AudioCodec.PCMA, true},
            {Dtmf.INBAND, false, AudioCodec.OPUS, true},
            {Dtmf.AUTO, false, AudioCodec.PCMA, true},
            {Dtmf.AUTO, false, AudioCodec.G722, true},
            {Dtmf.AUTO, false, AudioCodec.OPUS, false},
            {Dtmf.AUTO, true, AudioCodec.PCMA, false},
            {Dtmf.RFC4733, false, AudioCodec.PCMA, false},
            {Dtmf.INFO, false, AudioCodec.PCMA, false},
        };
    }

    @Test(dataProvider = "settings")
    public void nobodyListensWhereDigitsHaveABetterWay(
            Dtmf setting, boolean telephoneEvents, AudioCodec codec, boolean listens) {
        DigitsHeard listener = listener(setting);

        listener.agree(telephoneEvents, codec);

        assertThat(listener.wants(codec)).isEqualTo(listens);
    }

    private static short[] tone(char key, int rateHz, int millis) {
        short[] pcm = new short[millis * rateHz / 1000];
        Tone.dtmf(rateHz, key, -10).fill(pcm, 0, pcm.length);
        return pcm;
    }
}
