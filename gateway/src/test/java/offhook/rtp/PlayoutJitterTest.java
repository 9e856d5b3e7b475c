package offhook.rtp;

import static offhook.rtp.PlayoutSimulation.MILLI;
import static offhook.rtp.PlayoutSimulation.SECOND;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import java.util.function.IntToLongFunction;
import offhook.rtp.PlayoutBuffer.Playout;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// What the buffer makes of the ways in which networks are late: each stream is clean for a while,
/// late for a while, and clean again.
public class PlayoutJitterTest {

    private static final long FRAME = 20 * MILLI;
    private static final long PATH = 50 * MILLI;

    /// The delay that a clean path has, as a bound for the delay after a disturbance.
    private static final double CLEAN_MILLIS = 3;

    private static final int MOST_MILLIS = PlayoutBuffer.DEFAULT_MOST_MILLIS;

    /// A way to be late: when the packet of this index arrives, later than on a clean path.
    private record Weather(String name, long fromNanos, long toNanos, IntToLongFunction lateness) {
        @Override
        public String toString() {
            return name;
        }

        long arrival(int i) {
            long sent = i * FRAME;
            boolean here = sent >= fromNanos && sent < toNanos;
            return PATH + sent + (here ? lateness.applyAsLong(i) : 0);
        }
    }

    @DataProvider
    Object[][] weathers() {
        Random random = new Random(50);
        long from = 10 * SECOND;
        long to = 30 * SECOND;
        return new Object[][] {
            {new Weather("uniform +-30 ms", from, to, i -> random.nextInt(60_000_000))},
            {
                new Weather(
                        "Gaussian, sigma 15 ms",
                        from,
                        to,
                        i -> Math.clamp((long) (random.nextGaussian() * 15e6), -PATH, 45 * MILLI))
            },
            {new Weather("bunches of 5 a 100 ms", from, to, i -> (4 - i % 5) * FRAME)},
            {new Weather("an outage of 200 ms a 5 s", from, to, i -> heldBack((i + 10) % 250, 10))},
            {
                new Weather(
                        "Wi-Fi, 60 ms held back a 0.7 s",
                        from,
                        to,
                        i -> heldBack(i % 35, 3) + random.nextInt(3_000_000))
            },
            {new Weather("bunches in the first second", 0, SECOND, i -> (4 - i % 5) * FRAME)}
        };
    }

    /// The first packets of a period wait for its packet of this number.
    private static long heldBack(int i, int packets) {
        return i < packets ? (packets - i) * FRAME : 0;
    }

    @Test(dataProvider = "weathers")
    public void jitterIsCoveredAndForgotten(Weather weather) {
        PlayoutSimulation link = new PlayoutSimulation();
        int packets = 3000;
        for (int i = 0; i < packets; i++) {
            link.packet(weather.arrival(i), 960);
        }
        link.run(0, packets * FRAME);

        long steady = weather.fromNanos + PATH + Math.min(2 * SECOND, weather.toNanos / 2);
        long end = weather.toNanos + PATH;
        double sent = (end - steady) / (double) FRAME;
        double covered =
                (link.count(Playout.FRAME, steady, end) + link.count(Playout.SHORTEN, steady, end))
                        / sent;
        double backAfter = (lastSlowNanos(link) - end) / 1e9;
        System.out.printf(
                "weather %-31s covered %5.1f %%; delay ms p50 %5.1f p95 %5.1f max %5.1f; concealed"
                        + " %d, from redundancy %d, silent %d, shortened %d; clean again after"
                        + " %.2f s%n",
                weather,
                100 * covered,
                link.delayMillis(0.5, steady, end),
                link.delayMillis(0.95, steady, end),
                link.delayMillis(1.0, steady, end),
                link.count(Playout.CONCEAL, steady, end),
                link.count(Playout.FEC_AVAILABLE, steady, end),
                link.count(Playout.SILENCE, steady, end),
                link.count(Playout.SHORTEN, 0, 60 * SECOND),
                Math.max(0, backAfter));

        assertThat(covered).isGreaterThan(0.95);
        assertThat(link.delayMillis(1.0, 0, 60 * SECOND)).isLessThan(MOST_MILLIS + 1.0);
        assertThat(backAfter).isLessThan(weather.fromNanos == 0 ? 1.5 : 4);
        assertThat(link.delayMillis(0.95, end + 4 * SECOND, 60 * SECOND)).isLessThan(CLEAN_MILLIS);
        assertThat(link.count(Playout.CONCEAL, end + SECOND, 60 * SECOND - FRAME)).isZero();
        assertThat(link.worstTickMillis()).isLessThanOrEqualTo(0.5);
    }

    @Test
    public void aCallThatBeginsInBunchesHasNoHole() {
        PlayoutSimulation link = new PlayoutSimulation();
        for (int i = 0; i < 500; i++) {
            link.packet(i * FRAME + (i < 50 ? (4 - i % 5) * FRAME : 0), 960);
        }
        link.run(0, 500 * FRAME);

        assertThat(link.count(Playout.CONCEAL, 0, 10 * SECOND - FRAME)).isZero();
        assertThat(link.idsPlayed().size() + link.buffer.shortened()).isBetween(499L, 500L);
        // The bunches end after a second; 1.5 s later nothing is left of their delay.
        assertThat(link.delayMillis(1.0, 2500 * MILLI, 10 * SECOND)).isLessThan(CLEAN_MILLIS);
    }

    @DataProvider
    Object[][] durations() {
        return new Object[][] {{480}, {1920}, {2880}, {5760}};
    }

    @Test(dataProvider = "durations")
    public void packetsOfAnyDurationAreCleanAgain(int units) {
        PlayoutSimulation link = new PlayoutSimulation();
        Random random = new Random(60);
        long duration = units * 1_000_000L / 48;
        int packets = (int) (40 * SECOND / duration);
        for (int i = 0; i < packets; i++) {
            boolean jittery = i * duration < 15 * SECOND && i * duration > 5 * SECOND;
            link.packet(i * duration + (jittery ? random.nextInt(90) : 0) * MILLI, units);
        }
        link.run(0, packets * duration);

        // Of two packets of 10 ms in a tick the first waits for the second.
        assertThat(link.delayMillis(1.0, 30 * SECOND, 40 * SECOND))
                .isLessThan(CLEAN_MILLIS + (units == 480 ? 10 : 0));
        assertThat(link.count(Playout.CONCEAL, 16 * SECOND, 39 * SECOND)).isZero();
        assertThat(link.buffer.shortened()).isPositive();
        assertThat(link.buffer.lost() + link.buffer.dropped()).isZero();
    }

    @DataProvider
    Object[][] bounds() {
        return new Object[][] {{20}, {60}, {120}, {200}};
    }

    @Test(dataProvider = "bounds")
    public void theDelayIsNeverAboveItsBound(int mostMillis) {
        PlayoutSimulation link = new PlayoutSimulation(new PlayoutBuffer(48_000, mostMillis));
        Random random = new Random(6);
        for (int i = 0; i < 3000; i++) {
            link.packet(i * FRAME + random.nextInt(240) * MILLI, 960);
        }
        link.run(0, 3000 * FRAME);

        assertThat(link.buffer.targetNanos()).isEqualTo(mostMillis * MILLI);
        // Half a frame more until a frame is taken out, and the tick itself.
        assertThat(link.delayMillis(0.99, 5 * SECOND, 60 * SECOND)).isLessThan(mostMillis + 21.0);
        assertThat(link.buffer.delayNanos()).isLessThan((mostMillis + 21) * MILLI);
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
