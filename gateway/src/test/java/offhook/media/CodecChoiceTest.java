package offhook.media;

import static offhook.call.CodecPreference.AUTO;
import static offhook.call.CodecPreference.CAPACITY;
import static offhook.call.CodecPreference.QUALITY;
import static offhook.codec.AudioCodec.G722;
import static offhook.codec.AudioCodec.OPUS;
import static offhook.codec.AudioCodec.PCMA;
import static offhook.codec.AudioCodec.PCMU;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.management.ThreadMXBean;
import java.lang.management.ManagementFactory;
import java.util.List;
import offhook.call.CodecPreference;
import offhook.codec.AudioCodec;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

public class CodecChoiceTest {

    private static final long SECOND = 1_000_000_000L;
    private static final List<AudioCodec> ALL = List.of(OPUS, PCMU, PCMA);

    private static final List<AudioCodec> WIDE = List.of(OPUS, G722, PCMU);

    @DataProvider
    Object[][] answers() { // preference, allowed, trunk, answered in this order
        return new Object[][] {
            {QUALITY, ALL, PCMA, List.of(OPUS, PCMU, PCMA)},
            {QUALITY, List.of(PCMU, PCMA, OPUS), PCMA, List.of(OPUS, PCMU, PCMA)},
            {QUALITY, List.of(PCMU, PCMA), PCMA, List.of(PCMA, PCMU)},
            {CAPACITY, ALL, PCMA, List.of(PCMA, OPUS, PCMU)},
            {CAPACITY, ALL, PCMU, List.of(PCMU, OPUS, PCMA)},
            {CAPACITY, List.of(OPUS, PCMU), PCMA, List.of(PCMU, OPUS)},
            {CAPACITY, List.of(OPUS), PCMA, List.of(OPUS)},
            {CAPACITY, ALL, OPUS, List.of(OPUS, PCMU, PCMA)},
            {CAPACITY, WIDE, G722, List.of(G722, OPUS, PCMU)},
            {QUALITY, WIDE, G722, List.of(OPUS, G722, PCMU)},
            // Nobody trades wideband for a few cycles.
            {CAPACITY, List.of(PCMU, OPUS), G722, List.of(OPUS, PCMU)},
            {AUTO, ALL, PCMA, List.of(PCMA, OPUS, PCMU)},
            {AUTO, List.of(OPUS), PCMA, List.of(OPUS)},
        };
    }

    @Test(dataProvider = "answers")
    public void preferredCodecIsAnsweredFirst(
            CodecPreference preference,
            List<AudioCodec> allowed,
            AudioCodec trunk,
            List<AudioCodec> answered) {
        CodecChoice choice = new CodecChoice(preference, allowed);

        assertThat(choice.answerOrder(trunk)).isEqualTo(answered);
        assertThat(choice.codec(trunk)).isEqualTo(answered.getFirst());
    }

    @Test
    public void whatTheBrowserHasNotIsNotSent() {
        CodecChoice choice = new CodecChoice(CAPACITY, ALL);

        choice.agree(List.of(OPUS, PCMU));
        assertThat(choice.codec(PCMA)).isEqualTo(PCMU);
        choice.agree(List.of(OPUS));
        assertThat(choice.codec(PCMA)).isEqualTo(OPUS);

        CodecChoice quality = new CodecChoice(QUALITY, ALL);
        quality.agree(List.of(PCMA));
        assertThat(quality.codec(PCMU)).isEqualTo(PCMA);
    }

    @Test
    public void passageFollowsTheTrunk() {
        CodecChoice choice = new CodecChoice(CAPACITY, ALL);

        assertThat(choice.codec(PCMA)).isEqualTo(PCMA);
        assertThat(choice.codec(PCMU)).isEqualTo(PCMU);
    }

    @DataProvider
    Object[][] deaf() {
        return new Object[][] {{QUALITY, OPUS}, {CAPACITY, PCMA}};
    }

    @Test(dataProvider = "deaf")
    public void onlyAutoMindsLoss(CodecPreference preference, AudioCodec expected) {
        CodecChoice choice = new CodecChoice(preference, ALL);

        for (int i = 0; i < 10; i++) {
            choice.onReport(percent(20), i * 5 * SECOND);

            assertThat(choice.codec(PCMA)).isEqualTo(expected);
        }
    }

    @DataProvider
    Object[][] reports() { // percent lost, of each report; the report from which on it is Opus
        return new Object[][] {
            {new double[] {0, 0, 0, 0}, -1},
            {new double[] {1.5, 1.5, 1.5, 1.5}, -1},
            {new double[] {3, 0, 3, 0}, -1},
            {new double[] {0, 2.5, 2.5}, 2},
            {new double[] {0, 0, 5}, 2},
            {new double[] {30}, 0},
        };
    }

    @Test(dataProvider = "reports")
    public void autoGoesToOpusOnLossOfTwoReports(double[] lost, int from) {
        CodecChoice choice = new CodecChoice(AUTO, ALL);

        for (int i = 0; i < lost.length; i++) {
            choice.onReport(percent(lost[i]), i * 5 * SECOND);

            assertThat(choice.codec(PCMA)).isEqualTo(from >= 0 && i >= from ? OPUS : PCMA);
        }
    }

    @Test
    public void autoComesBackAfterThirtyCleanSeconds() {
        CodecChoice choice = new CodecChoice(AUTO, ALL);
        choice.onReport(percent(10), 0);
        choice.onReport(percent(10), 5 * SECOND);
        choice.onReport(percent(0.4), 10 * SECOND);
        choice.onReport(percent(1.2), 15 * SECOND); // not yet clean

        for (int at = 20; at < 45; at += 5) {
            choice.onReport(0, at * SECOND);
            assertThat(choice.codec(PCMA)).as("after %d s", at).isEqualTo(OPUS);
        }
        choice.onReport(0, 45 * SECOND);

        assertThat(choice.codec(PCMA)).isEqualTo(PCMA);
    }

    @Test
    public void silenceOfTheBrowserIsNoCleanPath() {
        CodecChoice choice = new CodecChoice(AUTO, ALL);
        choice.onReport(percent(10), 0);

        choice.onReport(percent(5), 500 * SECOND);

        assertThat(choice.codec(PCMA)).isEqualTo(OPUS);
    }

    @Test
    public void aPathThatRelapsesIsTrustedLater() {
        CodecChoice choice = new CodecChoice(AUTO, ALL);

        assertThat(cleanSecondsUntilBack(choice, 0)).isEqualTo(30);
        assertThat(cleanSecondsUntilBack(choice, 40)).isEqualTo(60);
        assertThat(cleanSecondsUntilBack(choice, 110)).isEqualTo(120);
        assertThat(cleanSecondsUntilBack(choice, 240)).isEqualTo(240);
        assertThat(cleanSecondsUntilBack(choice, 490)).isEqualTo(240);
        // Two minutes of peace are a fresh start.
        assertThat(cleanSecondsUntilBack(choice, 860)).isEqualTo(30);
    }

    /// Loses packets at that second and none later; reports come each second.
    private static int cleanSecondsUntilBack(CodecChoice choice, int lossAt) {
        choice.onReport(percent(50), lossAt * SECOND);
        assertThat(choice.codec(PCMA)).isEqualTo(OPUS);
        int clean = 0;
        while (choice.codec(PCMA) == OPUS) {
            clean++;
            choice.onReport(0, (lossAt + clean) * SECOND);
        }
        return clean;
    }

    @Test
    public void autoWithoutOpusStaysAsItIs() {
        CodecChoice choice = new CodecChoice(AUTO, ALL);
        choice.agree(List.of(PCMU, PCMA));

        choice.onReport(percent(50), 0);

        assertThat(choice.codec(PCMA)).isEqualTo(PCMA);
    }

    /// Asked for each packet of each call.
    @Test
    public void askingAllocatesNothing() {
        CodecChoice choice = new CodecChoice(AUTO, ALL);
        ThreadMXBean threads = (ThreadMXBean) ManagementFactory.getThreadMXBean();
        long least = Long.MAX_VALUE;
        int opus = 0;
        for (int round = 0; round < 20; round++) {
            long before = threads.getCurrentThreadAllocatedBytes();
            for (int i = 0; i < 10_000; i++) {
                choice.onReport(i % 100, i * SECOND);
                opus += choice.codec(i % 2 == 0 ? PCMA : PCMU) == OPUS ? 1 : 0;
            }
            // The least of the rounds: the compiler's own work counts on this thread, too.
            least = Math.min(least, threads.getCurrentThreadAllocatedBytes() - before);
        }

        assertThat(opus).isPositive();
        assertThat(least).isZero();
    }

    private static int percent(double lost) {
        return (int) Math.round(lost * 256 / 100);
    }
}
