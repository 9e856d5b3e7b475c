package offhook.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import offhook.codec.AudioCodec;
import offhook.codec.Decoder;
import offhook.codec.Encoder;
import offhook.codec.opus.OpusSettings;
import offhook.codec.quality.Recording;
import offhook.codec.quality.SpeechReport;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// What a lost packet of a phone sounds like in a browser: audio that we conceal and code, against
/// a step in time, which the browser's own decoder conceals.
public class PhoneLossTest {

    private static final int FRAME_MILLIS = 20;
    private static final int RUNS = 5;

    @DataProvider
    public static Object[][] losses() {
        return new Object[][] {
            {AudioCodec.PCMA, 1},
            {AudioCodec.PCMA, 3},
            {AudioCodec.PCMA, 5},
            {AudioCodec.PCMA, 10},
            {AudioCodec.G722, 3},
            {AudioCodec.G722, 10}
        };
    }

    @Test(dataProvider = "losses")
    public void concealmentHereSoundsBetterThanAStepInTime(AudioCodec phone, int percent) {
        Recording speech = Speech.at(phone.sampleRateHz());
        double concealedStoi = 0;
        double concealedLsd = 0;
        double steppedStoi = 0;
        double steppedLsd = 0;
        for (int run = 0; run < RUNS; run++) {
            boolean[] lost = losses(speech, percent, 20_261_122 + run);
            SpeechReport concealed =
                    SpeechReport.compare(speech, concealed(speech, phone, lost), 500);
            SpeechReport stepped = SpeechReport.compare(speech, stepped(speech, phone, lost), 500);
            concealedStoi += concealed.stoi() / RUNS;
            concealedLsd += concealed.lsdDb() / RUNS;
            steppedStoi += stepped.stoi() / RUNS;
            steppedLsd += stepped.lsdDb() / RUNS;
            assertThat(concealed.levelDifferenceDb()).isBetween(-1.0, 1.0);
        }

        assertThat(concealedStoi)
                .as("%s, %d %% lost", phone, percent)
                .isGreaterThan(steppedStoi + 0.001 * percent);
        assertThat(concealedLsd).isLessThan(steppedLsd);
    }

    private static boolean[] losses(Recording speech, int percent, long seed) {
        Random random = new Random(seed);
        boolean[] lost = new boolean[speech.pcm().length / (speech.sampleRateHz() / 50)];
        for (int i = 0; i < lost.length; i++) {
            lost[i] = random.nextInt(100) < percent;
        }
        return lost;
    }

    /// By the path.
    private static Recording concealed(Recording speech, AudioCodec phone, boolean[] lost) {
        RecordingLeg trunk = new RecordingLeg(phone, true);
        RecordingLeg browser = new RecordingLeg(AudioCodec.OPUS, false);
        Deadlines deadlines = new Deadlines();
        ArrivalPath path =
                new ArrivalPath(trunk, browser, new Transcoder(OpusSettings.NARROWBAND), deadlines);
        short[] pcm = speech.pcm();
        PhoneStream stream =
                new PhoneStream(
                        path,
                        deadlines,
                        browser,
                        phone,
                        (out, samples, rateHz, start) ->
                                System.arraycopy(pcm, (int) start, out, 0, samples),
                        0);
        for (boolean gone : lost) {
            if (gone) {
                stream.lose(FRAME_MILLIS);
            } else {
                stream.talk(FRAME_MILLIS);
            }
        }
        path.close();
        stream.close();
        return new Recording(Listener.of(browser.sent, true).pcm(), Listener.RATE_HZ);
    }

    /// The lost frames are never coded, and the decoder of the browser makes up for them.
    private static Recording stepped(Recording speech, AudioCodec phone, boolean[] lost) {
        Transcoder codecs = new Transcoder(OpusSettings.NARROWBAND);
        int rateHz = phone.sampleRateHz();
        int frame = rateHz / 50;
        Encoder microphone = codecs.encoder(phone, rateHz);
        Decoder here = codecs.decoder(phone, rateHz);
        Encoder toBrowser = codecs.encoder(AudioCodec.OPUS, rateHz);
        Decoder browser = codecs.decoder(AudioCodec.OPUS, rateHz);
        byte[] payload = new byte[Decoder.MAX_PAYLOAD_BYTES];
        short[] pcm = speech.pcm();
        short[] heard = new short[lost.length * frame];
        short[] between = new short[frame];
        for (int i = 0; i < lost.length; i++) {
            int length = microphone.encode(pcm, i * frame, frame, payload, 0);
            if (lost[i]) {
                browser.conceal(heard, i * frame, frame);
            } else {
                here.decode(payload, 0, length, between, 0);
                length = toBrowser.encode(between, 0, frame, payload, 0);
                browser.decode(payload, 0, length, heard, i * frame);
            }
        }
        codecs.close();
        return new Recording(heard, rateHz);
    }
}
