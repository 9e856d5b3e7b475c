package offhook.rtp;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Random;
import offhook.rtp.ReceiverStats.Arrival;
import org.testng.annotations.DataProvider;
import org.testng.annotations.Test;

/// What [ReceiverStats] make of streams that are long, odd or hostile, measured against what was
/// really sent.
public class OddStreamsTest {

    private static final long FRAME = 20_000_000L;
    private static final long SECOND = 1_000_000_000L;

    private static long timestamp(long i) {
        return (0xffff_0000L + i * 960) & 0xffff_ffffL;
    }

    @Test
    public void threeHoursOfLossCopiesAndReorderAreCountedExactly() {
        long seed = 10_800;
        System.out.println("OddStreamsTest seed " + seed);
        Random random = new Random(seed);
        ReceiverStats stats = new ReceiverStats(48_000);
        int packets = 3 * 180_000;
        int lost = 0;
        int copies = 0;
        int overtaken = 0;
        int waiting = -1;
        for (int i = 0; i < packets; i++) {
            long now = i * FRAME + random.nextInt(5_000_000);
            int sequence = (60_000 + i) & 0xffff;
            boolean edge = i < 10 || i > packets - 10;
            int fate = edge ? 99 : random.nextInt(100);
            if (fate == 0) {
                lost++;
            } else if (fate == 1 && waiting < 0) {
                waiting = i;
            } else {
                stats.onPacket(7, sequence, timestamp(i), now);
                if (fate == 2) {
                    stats.onPacket(7, sequence, timestamp(i), now);
                    copies++;
                }
                if (waiting >= 0) {
                    stats.onPacket(7, (60_000 + waiting) & 0xffff, timestamp(waiting), now);
                    overtaken++;
                    waiting = -1;
                }
            }
        }

        assertThat(stats.expected()).isEqualTo(packets);
        assertThat(stats.received()).isEqualTo(packets - lost);
        assertThat(stats.lost()).isEqualTo(lost);
        assertThat(stats.duplicates()).isEqualTo(copies);
        assertThat(stats.reordered()).isEqualTo(overtaken);
        assertThat(stats.restarts()).isZero();
        // Uniform over 5 ms: the mean difference of two is a third of that.
        assertThat(stats.jitterMillis()).isCloseTo(5.0 / 3, within(1.0));
    }

    @DataProvider
    Object[][] changes() {
        return new Object[][] {{"SSRC"}, {"sequence"}, {"both"}, {"all"}};
    }

    @Test(dataProvider = "changes")
    public void manyNewSourcesAddUp(String what) {
        Random random = new Random(what.hashCode());
        ReceiverStats stats = new ReceiverStats(48_000);
        int ssrc = 1;
        int sequence = 0;
        long base = 0;
        int lost = 0;
        int sources = 200;
        for (int i = 0; i < sources * 500; i++) {
            if (i % 500 == 0 && i > 0) {
                ssrc += what.equals("sequence") ? 0 : 1;
                // Farther than any loss, in either direction.
                sequence += what.equals("SSRC") ? 0 : 5_000 + random.nextInt(50_000);
                base = what.equals("all") ? random.nextInt() & 0xffff_ffffL : base;
            }
            sequence = (sequence + 1) & 0xffff;
            boolean gone = i % 500 > 5 && i % 500 < 495 && random.nextInt(50) == 0;
            lost += gone ? 1 : 0;
            if (!gone) {
                stats.onPacket(ssrc, sequence, base + i * 960L & 0xffff_ffffL, i * FRAME);
            }
        }

        assertThat(stats.restarts()).isEqualTo(sources - 1);
        assertThat(stats.lost()).isEqualTo(lost);
        // The first packet of each new source is on probation.
        assertThat(stats.expected()).isEqualTo(sources * 500L - (sources - 1));
        assertThat(stats.jitterMillis()).isLessThan(1.0);
    }

    @Test
    public void aNumberThatCannotBeIsNoLoss() {
        ReceiverStats stats = new ReceiverStats(48_000);
        for (int i = 0; i < 1000; i++) {
            stats.onPacket(1, i, i * 960L, i * FRAME);
            if (i % 10 == 5) {
                Arrival arrival = stats.onPacket(1, i + 2_000, i * 960L, i * FRAME);
                assertThat(arrival).isEqualTo(Arrival.PROBATION);
            }
        }

        assertThat(stats.lost()).isZero();
        assertThat(stats.expected()).isEqualTo(1000);
        assertThat(stats.restarts()).isZero();
    }

    @Test
    public void anOutageIsALossOfAllThatWasSent() {
        ReceiverStats stats = new ReceiverStats(48_000);
        for (int i = 0; i < 1500; i++) {
            if (i < 500 || i >= 1000) {
                stats.onPacket(1, i, i * 960L, i * FRAME);
            }
        }

        assertThat(stats.lost()).isEqualTo(500);
        assertThat(stats.expected()).isEqualTo(1500);
    }

    @Test
    public void wildTimestampsMoveJitterWithinBoundsAndForAWhile() {
        ReceiverStats stats = new ReceiverStats(48_000);
        Random random = new Random(4);
        for (int i = 0; i < 5000; i++) {
            long timestamp = i < 4000 ? random.nextInt() & 0xffff_ffffL : i * 960L;
            stats.onPacket(1, i & 0xffff, timestamp, i * FRAME);
            assertThat(stats.jitterMillis()).isBetween(0.0, 1000.0);
        }

        assertThat(stats.jitterMillis()).isLessThan(1.0);
    }

    @Test
    public void anyNumbersKeepTheFiguresPossible() {
        Random random = new Random(5);
        ReceiverStats stats = new ReceiverStats(48_000);
        ReportBlock block = new ReportBlock();
        long now = 0;
        int sequence = 0;
        for (int i = 0; i < 1_000_000; i++) {
            now += random.nextInt(40_000_000);
            sequence += random.nextInt(20) == 0 ? random.nextInt(65_536) : random.nextInt(5) - 1;
            stats.onPacket(
                    random.nextInt(50) == 0 ? random.nextInt(3) : 1,
                    sequence & 0xffff,
                    random.nextInt(10) == 0 ? random.nextInt() & 0xffff_ffffL : sequence * 960L,
                    now);
            if (i % 97 == 0 && stats.report(block, now)) {
                assertThat(block.fractionLost()).isBetween(0, 255);
                assertThat(block.jitter()).isBetween(0L, 48_000L);
                assertThat(block.cumulativeLost()).isNotNegative();
                assertThat(stats.expected()).isGreaterThanOrEqualTo(stats.received());
                assertThat(stats.received()).isBetween(1L, i + 1L);
                assertThat(stats.lost()).isNotNegative();
            }
        }
    }

    /// The loss of the network is what the statistics see, that behind the buffer what is not
    /// heard.
    @Test
    public void lossIsKnownBeforeAndBehindTheBuffer() {
        Random random = new Random(6);
        PlayoutSimulation link = new PlayoutSimulation();
        ReceiverStats stats = new ReceiverStats(PlayoutSimulation.RATE);
        int sent = 3000;
        int lost = 0;
        int late = 0;
        for (int i = 0; i < sent; i++) {
            boolean edge = i < 10 || i > sent - 20;
            if (!edge && random.nextInt(25) == 0) {
                link.lost(960);
                lost++;
            } else {
                // 2 % come so late that no buffer of 120 ms can wait for them.
                boolean tooLate = !edge && random.nextInt(50) == 0;
                late += tooLate ? 1 : 0;
                long arrival = i * FRAME + (tooLate ? 240_000_000L : random.nextInt(8_000_000));
                stats.onPacket(link.ssrc, link.sequence & 0xffff, i * 960L, arrival);
                link.packet(arrival, 960);
            }
        }
        link.run(0, sent * FRAME + SECOND);

        assertThat(stats.lost()).isEqualTo(lost);
        assertThat(link.buffer.lost()).isEqualTo(lost);
        assertThat(link.buffer.late()).isBetween((long) late, late + 60L);
        assertThat(link.buffer.played()).isEqualTo(sent - lost - link.buffer.late());
    }
}
