package offhook.codec.quality;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import offhook.codec.AudioCodec;
import offhook.codec.Decoder;
import offhook.codec.Encoder;
import offhook.codec.g711.G711Decoder;
import offhook.codec.g711.G711Encoder;
import offhook.codec.opus.OpusDecoder;
import offhook.codec.opus.OpusEncoder;
import offhook.codec.opus.OpusSettings;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class SpeechReportTest {

    private final Recording speech = TestSpeech.narrowband();

    @Test
    public void unchangedSpeechIsPerfect() {
        SpeechReport report = SpeechReport.compare(speech, speech);

        assertThat(report.stoi()).isCloseTo(1, within(1e-9));
        assertThat(report.lsdDb()).isZero();
        assertThat(report.delayMillis()).isCloseTo(0, within(0.001));
        assertThat(report.levelDifferenceDb()).isCloseTo(0, within(1e-9));
        assertThat(report.dropOutsOver40Millis()).isZero();
    }

    @DataProvider
    public Object[][] laws() {
        return new Object[][] {{AudioCodec.PCMU}, {AudioCodec.PCMA}};
    }

    @Test(dataProvider = "laws")
    public void g711IsTransparent(AudioCodec law) {
        SpeechReport report = g711(law, 0);
        System.out.println(law + " " + report);

        assertThat(report.stoi()).isGreaterThan(0.995);
        assertThat(report.lsdDb()).isLessThan(1.2);
        assertThat(report.delayMillis()).isCloseTo(0, within(0.01));
        assertThat(report.levelDifferenceDb()).isCloseTo(0, within(0.05));
        assertThat(report.dropOutsOver40Millis()).isZero();
    }

    @Test
    public void opusAt24KilobitsIsGoodEnoughForAPhone() {
        SpeechReport report = opus(0);
        System.out.println("opus 24 kb/s " + report);

        assertThat(report.stoi()).isGreaterThan(0.985);
        assertThat(report.lsdDb()).isLessThan(2.6);
        assertThat(report.delayMillis()).isCloseTo(6.5, within(0.1));
        assertThat(report.levelDifferenceDb()).isCloseTo(0, within(0.5));
        assertThat(report.dropOutsOver40Millis()).isZero();
    }

    @Test
    public void concealmentKeepsG711UsableUnderLoss() {
        SpeechReport fivePercent = g711(AudioCodec.PCMU, 0.05);
        SpeechReport tenPercent = g711(AudioCodec.PCMU, 0.10);

        assertThat(fivePercent.stoi()).isGreaterThan(0.97);
        assertThat(tenPercent.stoi()).isGreaterThan(0.95);
        assertThat(tenPercent.stoi()).isGreaterThan(silenced(0.10).stoi() + 0.02);
    }

    @Test
    public void moreLossIsNeverBetter() {
        double before = 1;
        for (double loss : new double[] {0.02, 0.05, 0.1, 0.2, 0.4}) {
            double now = silenced(loss).stoi();
            assertThat(now).as("loss %.2f", loss).isLessThan(before);
            before = now;
        }
    }

    @Test
    public void aTenthOfTheFramesZeroedCostsAFewPercentOfIntelligibility() {
        assertThat(silenced(0.1).stoi()).isBetween(0.91, 0.97);
    }

    @Test
    public void noiseInPlaceOfSpeechIsNotIntelligible() {
        SpeechReport report = SpeechReport.compare(speech, Chain.noise(speech));

        assertThat(report.stoi()).isLessThan(0.5);
        assertThat(report.lsdDb()).isGreaterThan(10);
    }

    @Test
    public void silenceInPlaceOfSpeechIsNothing() {
        Recording silence = new Recording(new short[speech.samples()], 8000);

        SpeechReport report = SpeechReport.compare(speech, silence);

        assertThat(report.stoi()).isZero();
        assertThat(report.levelDifferenceDb()).isLessThan(-50);
        assertThat(report.dropOutsOver40Millis()).isGreaterThan(10);
    }

    @Test
    public void aDelayAndAChangeOfLevelAreToldApartFromQuality() {
        short[] pcm = Chain.delayed(speech, 1234).pcm();
        for (int i = 0; i < pcm.length; i++) {
            pcm[i] /= 2;
        }

        SpeechReport report = SpeechReport.compare(speech, new Recording(pcm, 8000));

        assertThat(report.delayMillis()).isCloseTo(154.25, within(0.01));
        assertThat(report.levelDifferenceDb()).isCloseTo(-6, within(0.1));
        assertThat(report.stoi()).isGreaterThan(0.99);
    }

    @Test
    public void aRecordingAt48KilohertzIsComparedWithOneAt8() {
        SpeechReport report = SpeechReport.compare(speech, TestSpeech.at(48_000));

        assertThat(report.stoi()).isGreaterThan(0.995);
        assertThat(report.delayMillis()).isCloseTo(0, within(0.02));
        assertThat(report.lsdDb()).isLessThan(0.5);
    }

    private SpeechReport silenced(double loss) {
        return SpeechReport.compare(speech, Chain.silenced(speech, loss));
    }

    private SpeechReport g711(AudioCodec law, double loss) {
        return through(new G711Encoder(law), new G711Decoder(law), loss);
    }

    private SpeechReport opus(double loss) {
        return through(new OpusEncoder(OpusSettings.NARROWBAND), new OpusDecoder(8000), loss);
    }

    private SpeechReport through(Encoder encoder, Decoder decoder, double loss) {
        try (encoder;
                decoder) {
            return SpeechReport.compare(speech, Chain.through(encoder, decoder, speech, loss));
        }
    }
}
