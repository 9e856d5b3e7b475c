package offhook.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import offhook.codec.AudioCodec;
import offhook.codec.opus.OpusSettings;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// What need not be decoded or coded is not. A hook is asked about all audio that is decoded, and
/// about all that is coded.
public class PathCostTest {

    private static final OpusSettings DTX = new OpusSettings(8000, 5, 24_000, true, 0, true);
    private static final long MILLI = 1_000_000L;

    @DataProvider
    public static Object[][] codecs() {
        return new Object[][] {
            {AudioCodec.PCMA, AudioCodec.OPUS},
            {AudioCodec.G722, AudioCodec.OPUS},
            {AudioCodec.PCMA, AudioCodec.PCMA},
            {AudioCodec.OPUS, AudioCodec.OPUS}
        };
    }

    @Test(dataProvider = "codecs")
    public void heldBrowserCostsNothing(AudioCodec from, AudioCodec to) {
        RecordingLeg trunk = new RecordingLeg(from, true);
        RecordingLeg browser = new RecordingLeg(to, false);
        Deadlines deadlines = new Deadlines();
        ArrivalPath path = new ArrivalPath(trunk, browser, new Transcoder(DTX), deadlines);
        PhoneStream phone = new PhoneStream(path, deadlines, browser, from, SILENCE, 0);
        Asked heard = new Asked(false);
        Asked outgoing = new Asked(false);
        trunk.heard = heard;
        browser.outgoing = outgoing;
        browser.sending = false;

        phone.talk(1000);
        phone.comfortNoise(60);
        phone.talk(1000);

        assertThat(heard.asked + outgoing.asked).isZero();
        assertThat(deadlines.isEmpty()).isTrue();
        browser.sending = true;
        phone.talk(100);
        assertThat(heard.asked).isPositive();
        assertThat(outgoing.asked).isPositive();
        path.close();
        phone.close();
    }

    @Test(dataProvider = "codecs")
    public void heldTrunkCostsNothing(AudioCodec to, AudioCodec from) {
        RecordingLeg browser = new RecordingLeg(from, false);
        RecordingLeg trunk = new RecordingLeg(to, true);
        Deadlines deadlines = new Deadlines();
        ClockedPath path = new ClockedPath(browser, trunk, new Transcoder(DTX), 0);
        deadlines.schedule(path);
        PhoneStream page = new PhoneStream(path, deadlines, trunk, from, SILENCE, 0);
        Asked heard = new Asked(false);
        Asked outgoing = new Asked(false);
        browser.heard = heard;
        trunk.outgoing = outgoing;
        trunk.sending = false;

        page.talk(2000);

        assertThat(trunk.sent).isEmpty();
        assertThat(heard.asked + outgoing.asked).isZero();
        trunk.sending = true;
        page.talk(100);
        assertThat(trunk.sent).isNotEmpty();
        assertThat(heard.asked).isPositive();
        path.close();
        page.close();
    }

    @Test
    public void relayedAudioIsDecodedOnlyForWhoWantsToSeeIt() {
        RecordingLeg trunk = new RecordingLeg(AudioCodec.PCMA, true);
        RecordingLeg browser = new RecordingLeg(AudioCodec.PCMA, false);
        Deadlines deadlines = new Deadlines();
        ArrivalPath path = new ArrivalPath(trunk, browser, new Transcoder(DTX), deadlines);
        PhoneStream phone = new PhoneStream(path, deadlines, browser, AudioCodec.PCMA, SILENCE, 0);
        Asked heard = new Asked(false);
        trunk.heard = heard;

        phone.talk(1000);
        assertThat(heard.samples).isZero();
        heard.wants = true;
        phone.talk(1000);

        assertThat(heard.samples).isEqualTo(8000);
        assertThat(browser.sent).hasSize(100);
        path.close();
        phone.close();
    }

    @Test
    public void aPauseOfAPhoneIsCodedUntilItsBackgroundIsKnown() {
        RecordingLeg trunk = new RecordingLeg(AudioCodec.PCMA, true);
        RecordingLeg browser = new RecordingLeg(AudioCodec.OPUS, false);
        Deadlines deadlines = new Deadlines();
        ArrivalPath path = new ArrivalPath(trunk, browser, new Transcoder(DTX), deadlines);
        PhoneStream phone = new PhoneStream(path, deadlines, browser, AudioCodec.PCMA, SILENCE, 0);
        Asked outgoing = new Asked(false);
        browser.outgoing = outgoing;
        phone.talk(200).comfortNoise(60);
        int before = outgoing.asked;

        phone.pause(10_000, 10_000);

        // Noise until the encoder says once that nobody speaks; then nothing is due any more.
        assertThat(outgoing.asked - before).isBetween(5, 250);
        assertThat(deadlines.isEmpty()).isTrue();
        assertThat(browser.sent.getLast().payload().length).isLessThanOrEqualTo(2);
        path.close();
        phone.close();
    }

    @Test
    public void comfortNoiseOfAPhoneIsHeardAtItsLevelByABrowserOfG711() {
        RecordingLeg trunk = new RecordingLeg(AudioCodec.PCMA, true);
        RecordingLeg browser = new RecordingLeg(AudioCodec.PCMA, false);
        Deadlines deadlines = new Deadlines();
        ArrivalPath path = new ArrivalPath(trunk, browser, new Transcoder(DTX), deadlines);
        PhoneStream phone = new PhoneStream(path, deadlines, browser, AudioCodec.PCMA, SILENCE, 0);

        phone.talk(200).comfortNoise(50).pause(2000, 2000);

        assertThat(browser.sent.size()).isBetween(100, 111);
        Listener noise = Listener.of(browser.sent);
        assertThat(noise.rmsDbov(300, 2100)).isBetween(-52.0, -48.0);
        path.close();
        phone.close();
    }

    @Test
    public void aTrunkOfOpusHearsOfAMutedBrowserEach400Millis() {
        RecordingLeg browser = new RecordingLeg(AudioCodec.OPUS, false);
        RecordingLeg trunk = new RecordingLeg(AudioCodec.OPUS, true);
        Deadlines deadlines = new Deadlines();
        ClockedPath path = new ClockedPath(browser, trunk, new Transcoder(DTX), 0);
        deadlines.schedule(path);
        PhoneStream page =
                new PhoneStream(path, deadlines, trunk, AudioCodec.OPUS, SILENCE, 5 * MILLI);
        page.talk(200);
        List<RecordingLeg.Sent> talk = new ArrayList<>(trunk.sent);

        page.pause(4000, 4000);

        List<RecordingLeg.Sent> pause = trunk.sent.subList(talk.size(), trunk.sent.size());
        assertThat(pause.size()).isBetween(9, 12);
        assertThat(pause.subList(1, pause.size()))
                .allMatch(sent -> sent.payload().length == 1 && sent.clockTicks() == 19_200);
        path.close();
        page.close();
    }

    private static final PhoneStream.Sound SILENCE = (pcm, samples, rateHz, start) -> {};

    /// Counts how often it is asked.
    private static final class Asked implements AudioHook {
        private boolean wants;
        private int asked;
        private int samples;

        Asked(boolean wants) {
            this.wants = wants;
        }

        @Override
        public boolean wants(AudioCodec codec) {
            asked++;
            return wants;
        }

        @Override
        public void onAudio(short[] pcm, int offset, int count, int sampleRateHz) {
            samples += count;
        }
    }
}
