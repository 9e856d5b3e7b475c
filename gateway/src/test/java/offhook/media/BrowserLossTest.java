package offhook.media;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import offhook.codec.AudioCodec;
import offhook.codec.opus.OpusSettings;
import offhook.codec.quality.Recording;
import offhook.codec.quality.SpeechReport;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// What a phone hears of a browser that codes against loss, when packets are lost at random: the
/// same words twice, of which the second time counts, as the delay has settled by then.
public class BrowserLossTest {

    private static final int FRAME_MILLIS = 20;
    private static final int RUNS = 5;
    private static final int PIECES = 3;
    private static final int REDUNDANT_PERCENT = 10;

    @DataProvider
    static Object[][] losses() {
        return new Object[][] {{1, 0.975}, {3, 0.975}, {5, 0.97}, {10, 0.965}};
    }

    @Test(dataProvider = "losses")
    public void redundancyIsHeard(int percent, double least) {
        double mended = 0;
        double concealed = 0;
        double recovered = 0;
        for (int run = 0; run < RUNS; run++) {
            PathFigures figures = new PathFigures();
            mended += stoi(percent, REDUNDANT_PERCENT, run, figures) / RUNS;
            recovered += (double) figures.fecRecovered / RUNS;
            concealed += stoi(percent, 0, run, new PathFigures()) / RUNS;
        }
        System.out.printf(
                "browser loses %d %%: STOI %.3f with redundancy (%.0f mended), %.3f without%n",
                percent, mended, recovered, concealed);

        assertThat(mended).isGreaterThan(least);
        if (percent >= 3) {
            assertThat(mended).isGreaterThan(concealed + 0.01);
        }
    }

    private static double stoi(int percent, int expected, int run, PathFigures figures) {
        Recording speech = Speech.at(8000);
        short[] pcm = speech.pcm();
        int frames = pcm.length / (FRAME_MILLIS * 8);
        RecordingLeg browser = new RecordingLeg(AudioCodec.OPUS, false);
        RecordingLeg trunk = new RecordingLeg(AudioCodec.PCMA, true);
        Deadlines deadlines = new Deadlines();
        ClockedPath path =
                new ClockedPath(browser, trunk, new Transcoder(OpusSettings.NARROWBAND), 0);
        deadlines.schedule(path);
        PhoneStream page =
                new PhoneStream(
                        path,
                        deadlines,
                        trunk,
                        AudioCodec.OPUS,
                        (out, samples, rateHz, start) -> {
                            for (int i = 0; i < samples; i++) {
                                out[i] = pcm[(int) ((start + i) % (frames * 8 * FRAME_MILLIS))];
                            }
                        },
                        0);
        page.expectLoss(expected);
        Random random = new Random(20_261_122 + run);
        for (int i = 0; i < 2 * frames; i++) {
            if (i > 10 && random.nextInt(100) < percent) {
                page.lose(FRAME_MILLIS);
            } else {
                page.talk(FRAME_MILLIS);
            }
        }
        path.figures(figures);
        path.close();
        page.close();
        short[] heard = Listener.of(trunk.sent).pcm();
        return inPieces(pcm, heard, frames * 8 * FRAME_MILLIS);
    }

    /// Of the second time; each piece may have its own delay.
    private static double inPieces(short[] spoken, short[] heard, int length) {
        double sum = 0;
        for (int i = 0; i < PIECES; i++) {
            int from = length / PIECES * i;
            int to = length / PIECES * (i + 1);
            Recording before = new Recording(Arrays.copyOfRange(spoken, from, to), 8000);
            Recording after =
                    new Recording(Arrays.copyOfRange(heard, length + from, length + to), 8000);
            sum += SpeechReport.compare(before, after, 100).stoi();
        }
        return sum / PIECES;
    }
}
