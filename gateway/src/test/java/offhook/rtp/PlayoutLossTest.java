package offhook.rtp;

import static offhook.rtp.PlayoutSimulation.MILLI;
import static offhook.rtp.PlayoutSimulation.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import offhook.rtp.PlayoutBuffer.Playout;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// What the buffer makes of redundancy: streams that are whole for 10 s, lose packets for 60 s, and
/// are whole again.
public class PlayoutLossTest {

    private static final long FRAME = 20 * MILLI;
    private static final long FROM = 10 * SECOND;
    private static final long TO = 70 * SECOND;
    private static final long END = 100 * SECOND;
    private static final double CLEAN_MILLIS = 3;

    /// How packets are lost: so many percent begin a loss of so many.
    private record Loss(int percent, int burst, double leastMended) {
        @Override
        public String toString() {
            return percent + " %" + (burst > 1 ? " in bursts of " + burst : "");
        }
    }

    @DataProvider
    static Object[][] losses() {
        // Of losses of two together only the second can be mended.
        return new Object[][] {
            {new Loss(1, 1, 0.75)},
            {new Loss(3, 1, 0.9)},
            {new Loss(5, 1, 0.9)},
            {new Loss(10, 1, 0.85)},
            {new Loss(3, 2, 0.43)}
        };
    }

    private static PlayoutSimulation over(Loss loss, boolean redundant, PlayoutBuffer buffer) {
        PlayoutSimulation link = new PlayoutSimulation(buffer);
        link.redundant = redundant;
        Random random = new Random(18);
        int gone = 0;
        for (int i = 0; i < END / FRAME; i++) {
            boolean lossy = i * FRAME >= FROM && i * FRAME < TO;
            if (lossy && gone == 0 && random.nextInt(100) < loss.percent) {
                gone = loss.burst;
            }
            if (gone > 0) {
                gone--;
                link.lost(960);
            } else {
                link.packet(i * FRAME + random.nextInt(500_000), 960);
            }
        }
        return link.run(0, END);
    }

    @Test(dataProvider = "losses")
    public void lossesAreMendedAndTheDelayIsGoneTenSecondsLater(Loss loss) {
        PlayoutSimulation link = over(loss, true, new PlayoutBuffer(48_000));
        double mended = (double) link.buffer.recovered() / link.buffer.lost();
        double back = (lastSlowNanos(link) - TO) / 1e9;
        System.out.printf(
                "loss %-22s lost %d, mended %.0f %%; delay ms p50 %.1f p95 %.1f; concealed %d,"
                        + " inserted %d, shortened %d; clean again after %.1f s%n",
                loss,
                link.buffer.lost(),
                100 * mended,
                link.delayMillis(0.5, FROM + 5 * SECOND, TO),
                link.delayMillis(0.95, FROM + 5 * SECOND, TO),
                link.count(Playout.CONCEAL, FROM, TO),
                link.buffer.inserted(),
                link.buffer.shortened(),
                back);

        assertThat(mended).isGreaterThan(loss.leastMended);
        assertThat(link.delayMillis(1.0, SECOND, FROM)).isLessThan(CLEAN_MILLIS);
        assertThat(link.delayMillis(1.0, FROM, END)).isLessThan(20 + CLEAN_MILLIS);
        assertThat(back).isLessThan(10);
        assertThat(link.count(Playout.CONCEAL, TO + FRAME, END - FRAME)).isZero();
        // As many frames were taken out as put in: the receiver notices nothing.
        assertThat(link.buffer.shortened()).isEqualTo(link.buffer.inserted());
        assertThat(link.worstTickMillis()).isLessThanOrEqualTo(0.5);
    }

    @Test(dataProvider = "losses")
    public void withoutRedundancyThereIsNothingToWaitFor(Loss loss) {
        PlayoutSimulation link = over(loss, false, new PlayoutBuffer(48_000));

        assertThat(link.buffer.recovered()).isZero();
        assertThat(link.buffer.inserted()).isZero();
        assertThat(link.delayMillis(1.0, SECOND, END)).isLessThan(CLEAN_MILLIS);
    }

    @Test
    public void theBoundOfTheDelayHolds() {
        PlayoutSimulation link = over(new Loss(10, 1, 0), true, new PlayoutBuffer(48_000, 20));

        assertThat(link.delayMillis(1.0, SECOND, END)).isLessThan(22);
    }

    @Test
    public void theSecondLossIsMendedByTheTickThatGrowsTheBuffer() {
        PlayoutSimulation link = new PlayoutSimulation();
        for (int i = 0; i < 500; i++) {
            if (i == 100 || i == 200) {
                link.lost(960);
            } else {
                link.packet(i * FRAME, 960);
            }
        }
        link.run(0, 500 * FRAME);

        assertThat(link.buffer.recovered()).isEqualTo(1);
        assertThat(link.buffer.inserted()).isEqualTo(1);
        assertThat(link.count(Playout.CONCEAL, 0, 500 * FRAME - SECOND)).isEqualTo(2);
        assertThat(link.idsPlayed()).isSorted().doesNotHaveDuplicates();
    }

    @Test
    public void aLossNowAndThenDelaysNothing() {
        PlayoutSimulation link = new PlayoutSimulation();
        for (int i = 0; i < 3000; i++) {
            if (i % 220 == 100) {
                link.lost(960);
            } else {
                link.packet(i * FRAME, 960);
            }
        }
        link.run(0, 3000 * FRAME);

        assertThat(link.delayMillis(1.0, SECOND, 60 * SECOND)).isLessThan(CLEAN_MILLIS);
    }

    private static double lastSlowNanos(PlayoutSimulation link) {
        return link.played.stream()
                .filter(p ->
                        p.what() == Playout.FRAME
                                && p.atNanos() - link.arrivalOf.get(p.id()) > CLEAN_MILLIS * MILLI)
                .mapToLong(PlayoutSimulation.Played::atNanos)
                .max()
                .orElse(0);
    }
}
