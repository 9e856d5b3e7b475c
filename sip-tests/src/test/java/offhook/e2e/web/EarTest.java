package offhook.e2e.web;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.function.IntPredicate;
import offhook.codec.dsp.Level;
import offhook.e2e.phone.Heard;
import offhook.e2e.speech.G711;
import offhook.e2e.speech.Pcm;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class EarTest {
    private static final Pcm TONE = FrameLoop.tone(440);

    @DataProvider
    public Object[][] loops() {
        return new Object[][] {
            {FrameLoop.g711(TONE, G711.PCMA), 8},
            {FrameLoop.opus(TONE, false), 111},
            {FrameLoop.opusAgainstLoss(TONE, 20), 111}
        };
    }

    /// One round of the loop, its numbers wrapping on the way.
    private static List<Heard> packets(FrameLoop loop, int payloadType, IntPredicate comes) {
        List<Heard> out = new ArrayList<>();
        for (int i = 0; i < loop.payloads().size(); i++) {
            if (comes.test(i)) {
                long timestamp = 0xFFFF_F000L + (long) i * loop.frameTicks() & 0xFFFF_FFFFL;
                out.add(
                        new Heard(
                                i * 20_000_000L,
                                payloadType,
                                false,
                                65_530 + i & 0xFFFF,
                                timestamp,
                                1,
                                loop.payloads().get(i)));
            }
        }
        return out;
    }

    private static double quietest(Pcm pcm) {
        double least = 0;
        // What comes first is the codec's own beginning.
        for (int at = 1600; at + 160 <= pcm.samples().length; at += 80) {
            least = Math.min(least, Level.rmsDbov(pcm.samples(), at, 160));
        }
        return least;
    }

    @Test(dataProvider = "loops")
    public void disorderAndCopiesChangeNothing(FrameLoop loop, int payloadType) {
        List<Heard> whole = packets(loop, payloadType, _ -> true);
        List<Heard> mixed = new ArrayList<>(whole);
        for (int i = 3; i + 1 < mixed.size(); i += 7) {
            Collections.swap(mixed, i, i + 1);
        }
        mixed.add(20, mixed.get(19));

        assertThat(Ear.hear(mixed).samples()).isEqualTo(Ear.hear(whole).samples());
        assertThat(Ear.hear(whole).samples()).hasSize(8000);
    }

    @Test(dataProvider = "loops")
    public void lostPacketsAreMadeUpFor(FrameLoop loop, int payloadType) {
        Pcm heard = Ear.hear(packets(loop, payloadType, i -> i % 10 != 5));

        assertThat(heard.samples()).hasSize(8000);
        // Opus makes little of a lost piece of a tone, but not nothing.
        assertThat(quietest(heard)).isGreaterThan(-45);
    }

    @Test(dataProvider = "loops")
    public void longGapsAreSilentAndInTheirPlace(FrameLoop loop, int payloadType) {
        Pcm heard = Ear.hear(packets(loop, payloadType, i -> i < 20 || i >= 40));

        assertThat(heard.samples()).hasSize(8000);
        assertThat(Level.rmsDbov(heard.samples(), 30 * 160, 8 * 160)).isLessThan(-60);
        assertThat(Level.rmsDbov(heard.samples(), 42 * 160, 7 * 160)).isGreaterThan(-25);
    }
}
